<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About {name}</source>
        <translation>关于 {name}</translation>
    </message>
    <message>
        <source>T2*/R2* iron quantification of heart and liver from multi-echo gradient-echo MRI.</source>
        <translation>基于多回波梯度回波 MRI 的心脏与肝脏 T2*/R2* 铁定量。</translation>
    </message>
    <message>
        <source>For research use; not a certified medical device.</source>
        <translation>仅供科研参考，未注册医疗器械。</translation>
    </message>
    <message>
        <source>Licence: Apache-2.0. Fonts: SIL Open Font License 1.1.</source>
        <translation>许可证：Apache-2.0。字体：SIL 开放字体许可证 1.1。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>回波</translation>
    </message>
    <message>
        <source>Shift + wheel</source>
        <translation>Shift + 滚轮</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Ctrl + left drag</source>
        <translation>Ctrl + 左键拖动</translation>
    </message>
    <message>
        <source>Move the image</source>
        <translation>平移图像</translation>
    </message>
    <message>
        <source>Right or middle drag</source>
        <translation>右键或中键拖动</translation>
    </message>
    <message>
        <source>Window and level</source>
        <translation>调节窗宽窗位</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>自动窗宽窗位</translation>
    </message>
    <message>
        <source>Click in a region</source>
        <translation>单击区域内部</translation>
    </message>
    <message>
        <source>Edit the region</source>
        <translation>修改感兴趣区</translation>
    </message>
    <message>
        <source>Drag a region</source>
        <translation>拖动感兴趣区</translation>
    </message>
    <message>
        <source>Move the region</source>
        <translation>移动感兴趣区</translation>
    </message>
    <message>
        <source>Arrows, Shift: farther</source>
        <translation>方向键（Shift 加大）</translation>
    </message>
    <message>
        <source>Move while editing</source>
        <translation>编辑时移动</translation>
    </message>
    <message>
        <source>Click on a side</source>
        <translation>点击边线</translation>
    </message>
    <message>
        <source>Set a corner</source>
        <translation>增加顶点</translation>
    </message>
    <message>
        <source>Alt + click, Backspace</source>
        <translation>Alt + 点击，退格键</translation>
    </message>
    <message>
        <source>Remove a corner</source>
        <translation>删除顶点</translation>
    </message>
    <message>
        <source>Shift while drawing</source>
        <translation>勾画时按 Shift</translation>
    </message>
    <message>
        <source>Add to the region</source>
        <translation>并入感兴趣区</translation>
    </message>
    <message>
        <source>Alt while drawing</source>
        <translation>勾画时按 Alt</translation>
    </message>
    <message>
        <source>Cut out</source>
        <translation>挖去</translation>
    </message>
    <message>
        <source>Wheel with the brush</source>
        <translation>使用画笔时滚轮</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source>Drop or restore the echo</source>
        <translation>剔除或恢复该回波</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <source>PgUp</source>
        <translation>上翻页 PgUp</translation>
    </message>
    <message>
        <source>PgDn</source>
        <translation>下翻页 PgDn</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>感兴趣区</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Propose</source>
        <translation>自动勾画</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>参数图</translation>
    </message>
    <message>
        <source>Hole (next shape)</source>
        <translation>孔洞（下一个形状）</translation>
    </message>
    <message>
        <source>Heart and liver side by side</source>
        <translation>心脏与肝脏并排</translation>
    </message>
    <message>
        <source>Spleen</source>
        <translation>脾脏</translation>
    </message>
    <message>
        <source>Pancreas</source>
        <translation>胰腺</translation>
    </message>
    <message>
        <source>Map over the image</source>
        <translation>图像上叠加参数图</translation>
    </message>
    <message>
        <source>Next map: T2*, R2*, R²</source>
        <translation>下一参数图：T2*、R2*、R²</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>手动勾画</translation>
    </message>
    <message>
        <source>Click on an echo</source>
        <translation>单击曲线上的回波点</translation>
    </message>
    <message>
        <source>Drag the line in the curve</source>
        <translation>拖动曲线上的竖线</translation>
    </message>
    <message>
        <source>Last echo that is used</source>
        <translation>所用的最后一个回波</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>窗宽窗位预设</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一例</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>打开文件夹...</translation>
    </message>
    <message>
        <source>Open file or case...</source>
        <translation>打开文件或病例...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>打开示例患者</translation>
    </message>
    <message>
        <source>Unfinished work...</source>
        <translation>未完成的工作...</translation>
    </message>
    <message>
        <source>Close and show the start page</source>
        <translation>关闭并显示起始页</translation>
    </message>
    <message>
        <source>Forget recent work</source>
        <translation>清除最近工作记录</translation>
    </message>
    <message>
        <source>Save case</source>
        <translation>保存病例</translation>
    </message>
    <message>
        <source>Save case as...</source>
        <translation>病例另存为...</translation>
    </message>
    <message>
        <source>Finish the case...</source>
        <translation>病例定稿...</translation>
    </message>
    <message>
        <source>Save report...</source>
        <translation>保存报告...</translation>
    </message>
    <message>
        <source>Export results...</source>
        <translation>导出结果...</translation>
    </message>
    <message>
        <source>Print report...</source>
        <translation>打印报告...</translation>
    </message>
    <message>
        <source>Print preview...</source>
        <translation>打印预览...</translation>
    </message>
    <message>
        <source>Finish report...</source>
        <translation>完成报告...</translation>
    </message>
    <message>
        <source>Sign a report...</source>
        <translation>签署报告...</translation>
    </message>
    <message>
        <source>Verify a report...</source>
        <translation>核验报告...</translation>
    </message>
    <message>
        <source>Make a key to sign with...</source>
        <translation>创建签名密钥...</translation>
    </message>
    <message>
        <source>De-identify images...</source>
        <translation>图像去标识化...</translation>
    </message>
    <message>
        <source>Measure a cohort...</source>
        <translation>测量队列...</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Propose a region</source>
        <translation>自动勾画感兴趣区</translation>
    </message>
    <message>
        <source>Accept the region</source>
        <translation>确认感兴趣区</translation>
    </message>
    <message>
        <source>Refuse: organ not assessed</source>
        <translation>拒绝：该器官不予评估</translation>
    </message>
    <message>
        <source>New region</source>
        <translation>新建感兴趣区</translation>
    </message>
    <message>
        <source>Next region</source>
        <translation>下一个感兴趣区</translation>
    </message>
    <message>
        <source>Copy the region</source>
        <translation>复制感兴趣区</translation>
    </message>
    <message>
        <source>Paste the region</source>
        <translation>粘贴感兴趣区</translation>
    </message>
    <message>
        <source>Delete the region</source>
        <translation>删除感兴趣区</translation>
    </message>
    <message>
        <source>Select, move and edit</source>
        <translation>选择、移动和编辑</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Freehand</source>
        <translation>自由勾画</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Circle of given area</source>
        <translation>指定面积的圆</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>缩小画笔</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>放大画笔</translation>
    </message>
    <message>
        <source>Move the region on this echo only</source>
        <translation>仅在此回波移动感兴趣区</translation>
    </message>
    <message>
        <source>Move the region from this echo on</source>
        <translation>自此回波起移动感兴趣区</translation>
    </message>
    <message>
        <source>Region in the same place on every echo</source>
        <translation>感兴趣区在各回波恢复同一位置</translation>
    </message>
    <message>
        <source>Smooth the outline</source>
        <translation>平滑轮廓</translation>
    </message>
    <message>
        <source>Grow by one pixel</source>
        <translation>外扩一个像素</translation>
    </message>
    <message>
        <source>Shrink by one pixel</source>
        <translation>内缩一个像素</translation>
    </message>
    <message>
        <source>Copy to the previous slice</source>
        <translation>复制到上一层</translation>
    </message>
    <message>
        <source>Copy to the next slice</source>
        <translation>复制到下一层</translation>
    </message>
    <message>
        <source>Accept all and open the next examination</source>
        <translation>全部确认并打开下一例</translation>
    </message>
    <message>
        <source>Drop or restore the echo shown</source>
        <translation>剔除或恢复当前回波</translation>
    </message>
    <message>
        <source>Automatic echoes</source>
        <translation>自动选择回波</translation>
    </message>
    <message>
        <source>Leave out excluded pixels</source>
        <translation>剔除不计入的像素</translation>
    </message>
    <message>
        <source>Calibration and grades...</source>
        <translation>校准与分级...</translation>
    </message>
    <message>
        <source>Clinical data...</source>
        <translation>临床资料...</translation>
    </message>
    <message>
        <source>Add an earlier examination...</source>
        <translation>添加既往检查...</translation>
    </message>
    <message>
        <source>Word the impression</source>
        <translation>编写诊断意见</translation>
    </message>
    <message>
        <source>Copy findings and impression as text</source>
        <translation>复制影像学表现和诊断意见</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>心脏</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>肝脏</translation>
    </message>
    <message>
        <source>Compare examinations or breath-holds</source>
        <translation>对比检查或屏气序列</translation>
    </message>
    <message>
        <source>Compared images follow each other</source>
        <translation>对比图像联动</translation>
    </message>
    <message>
        <source>Use the compared breath-hold</source>
        <translation>采用所选屏气序列</translation>
    </message>
    <message>
        <source>Mark excluded pixels</source>
        <translation>标出不计入的像素</translation>
    </message>
    <message>
        <source>Residuals of the fit</source>
        <translation>拟合残差</translation>
    </message>
    <message>
        <source>Segments of the left ventricle</source>
        <translation>左心室节段</translation>
    </message>
    <message>
        <source>Panel: examinations</source>
        <translation>面板：检查列表</translation>
    </message>
    <message>
        <source>Panel: regions</source>
        <translation>面板：感兴趣区</translation>
    </message>
    <message>
        <source>Panel: drawing tools</source>
        <translation>面板：勾画工具</translation>
    </message>
    <message>
        <source>Panel: decay curve</source>
        <translation>面板：衰减曲线</translation>
    </message>
    <message>
        <source>Panel: results</source>
        <translation>面板：结果</translation>
    </message>
    <message>
        <source>Panel: impression</source>
        <translation>面板：诊断意见</translation>
    </message>
    <message>
        <source>Images in a window of their own</source>
        <translation>图像单独成窗</translation>
    </message>
    <message>
        <source>Panels as they were at first</source>
        <translation>恢复面板初始布局</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>History of the organ</source>
        <translation>器官的既往变化</translation>
    </message>
    <message>
        <source>Previous echo</source>
        <translation>上一回波</translation>
    </message>
    <message>
        <source>Next echo</source>
        <translation>下一回波</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>上一层面</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>下一层面</translation>
    </message>
    <message>
        <source>Run through the echoes, or stop</source>
        <translation>循环播放各回波或停止</translation>
    </message>
    <message>
        <source>Window of the echo shown</source>
        <translation>按当前回波调窗</translation>
    </message>
    <message>
        <source>Window of the last echo</source>
        <translation>按最后一个回波调窗</translation>
    </message>
    <message>
        <source>Narrow window: half the width</source>
        <translation>窄窗：窗宽减半</translation>
    </message>
    <message>
        <source>Wide window: twice the width</source>
        <translation>宽窗：窗宽加倍</translation>
    </message>
    <message>
        <source>Window of the middle 90 % of the pixels</source>
        <translation>按中间 90% 像素调窗</translation>
    </message>
    <message>
        <source>Window of all pixels</source>
        <translation>按全部像素调窗</translation>
    </message>
    <message>
        <source>Zoom to the organ</source>
        <translation>缩放至器官</translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation>显示全图</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>快捷键与鼠标</translation>
    </message>
    <message>
        <source>Find a command...</source>
        <translation>查找命令...</translation>
    </message>
    <message>
        <source>Tour of the window</source>
        <translation>窗口导览</translation>
    </message>
    <message>
        <source>Copy diagnostic information...</source>
        <translation>复制诊断信息...</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>打开日志文件夹</translation>
    </message>
    <message>
        <source>About IronQuant</source>
        <translation>关于 IronQuant</translation>
    </message>
</context>
<context>
    <name>BatchPage</name>
    <message>
        <source>Measure a cohort</source>
        <translation>测量队列</translation>
    </message>
    <message>
        <source>Write the report of every examination</source>
        <translation>为每个检查生成报告</translation>
    </message>
    <message>
        <source>Try again what failed before</source>
        <translation>重试以前失败的检查</translation>
    </message>
    <message>
        <source>Failed examinations</source>
        <translation>失败的检查</translation>
    </message>
    <message>
        <source>Start or go on</source>
        <translation>开始或继续</translation>
    </message>
    <message>
        <source>Cancel the batch</source>
        <translation>取消批量测量</translation>
    </message>
    <message>
        <source>Show the results</source>
        <translation>显示结果</translation>
    </message>
    <message>
        <source>Examinations</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>结果文件夹</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>浏览...</translation>
    </message>
    <message>
        <source>Every examination below the folder is measured with the settings of this window. An unfinished batch goes on where it was ended; patients have pseudonyms, and a key file tells who they are.</source>
        <translation>文件夹下的每个检查都按本窗口的设置测量。未完成的批量测量会从中断处继续；患者使用化名，密钥文件记录其真实身份。</translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>Examinations</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Examinations and their series</source>
        <translation>检查及其序列</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>无姓名</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>无日期</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>已测量</translation>
    </message>
    <message>
        <source>new</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>not measurable</source>
        <translation>不可测量</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>未命名序列</translation>
    </message>
    <message>
        <source>second choice</source>
        <translation>备选</translation>
    </message>
    <message>
        <source>Organ: {reason}</source>
        <translation>器官：{reason}</translation>
    </message>
    <message>
        <source>Scanner&apos;s map: {quantity}</source>
        <translation>扫描仪图：{quantity}</translation>
    </message>
</context>
<context>
    <name>BullseyeView</name>
    <message>
        <source>{area} mm², {pixels} pixels</source>
        <translation>{area} mm²，{pixels} 像素</translation>
    </message>
    <message>
        <source>borders unsure</source>
        <translation>边界不确定</translation>
    </message>
</context>
<context>
    <name>BusyBar</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>Centre</name>
    <message>
        <source>Organs</source>
        <translation>器官</translation>
    </message>
    <message>
        <source>Tabs on the left</source>
        <translation>左侧标签</translation>
    </message>
    <message>
        <source>Tabs on the right</source>
        <translation>右侧标签</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>心脏</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>肝脏</translation>
    </message>
    <message>
        <source>Spleen</source>
        <translation>脾脏</translation>
    </message>
    <message>
        <source>Pancreas</source>
        <translation>胰腺</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
</context>
<context>
    <name>ClinicalDialog</name>
    <message>
        <source>Clinical data</source>
        <translation>临床资料</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>未填写</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Transfusion</source>
        <translation>输血</translation>
    </message>
    <message>
        <source>Splenectomy</source>
        <translation>脾切除</translation>
    </message>
    <message>
        <source>Ferritin</source>
        <translation>铁蛋白</translation>
    </message>
    <message>
        <source>Haemoglobin</source>
        <translation>血红蛋白</translation>
    </message>
    <message>
        <source>LV ejection fraction</source>
        <translation>左室射血分数</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>身高</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>体重</translation>
    </message>
    <message>
        <source>Chelation</source>
        <translation>祛铁药物</translation>
    </message>
    <message>
        <source>Decides which follow-up is proposed. Nothing need be told.</source>
        <translation>用于给出随访建议，均可不填。</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Organ</source>
        <translation>器官</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>对比对象</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>联动</translation>
    </message>
    <message>
        <source>Organ that is compared</source>
        <translation>对比的器官</translation>
    </message>
    <message>
        <source>What it is compared with</source>
        <translation>对比对象</translation>
    </message>
    <message>
        <source>Echoes of the image that keys act on</source>
        <translation>当前图像的回波</translation>
    </message>
    <message>
        <source>Slice, echo, zoom and window follow each other (Z)</source>
        <translation>层面、回波、缩放和窗宽窗位联动（Z）</translation>
    </message>
    <message>
        <source>Choose above what this examination is to be compared with: another one, or a folder.</source>
        <translation>请在上方选择对比对象：另一次检查或文件夹。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Case (*{suffix})</source>
        <translation>病例 (*{suffix})</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>打开病例</translation>
    </message>
    <message>
        <source>Breath-holds of this examination</source>
        <translation>本次检查的各屏气序列</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>文件夹...</translation>
    </message>
    <message>
        <source>Case...</source>
        <translation>病例...</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>未命名序列</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>无日期</translation>
    </message>
</context>
<context>
    <name>CornerText</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Echo shown</source>
        <translation>当前回波</translation>
    </message>
    <message>
        <source>Last echo</source>
        <translation>末回波</translation>
    </message>
    <message>
        <source>Narrow</source>
        <translation>窄窗</translation>
    </message>
    <message>
        <source>Wide</source>
        <translation>宽窗</translation>
    </message>
    <message>
        <source>Middle 90 %</source>
        <translation>中间 90%</translation>
    </message>
    <message>
        <source>All pixels</source>
        <translation>全部像素</translation>
    </message>
</context>
<context>
    <name>CurvePanel</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Fit model</source>
        <translation>拟合模型</translation>
    </message>
    <message>
        <source>as the profile says</source>
        <translation>按配置方案</translation>
    </message>
    <message>
        <source>Automatic echoes</source>
        <translation>自动选择回波</translation>
    </message>
    <message>
        <source>Let the software choose the echoes again (R)</source>
        <translation>恢复由软件选择回波（R）</translation>
    </message>
    <message>
        <source>Echo time (ms)</source>
        <translation>回波时间（ms）</translation>
    </message>
    <message>
        <source>Signal</source>
        <translation>信号强度</translation>
    </message>
    <message>
        <source>Residual (% S0)</source>
        <translation>残差（% S0）</translation>
    </message>
    <message>
        <source>Click an echo to drop or restore it, drag the line behind the last one</source>
        <translation>单击回波可剔除或恢复，拖动末回波后的竖线可截断</translation>
    </message>
    <message>
        <source>Decay curve, {organ}</source>
        <translation>衰减曲线，{organ}</translation>
    </message>
    <message>
        <source>All models, {organ}</source>
        <translation>全部模型，{organ}</translation>
    </message>
    <message>
        <source>Echoes {used} of {total}, {chosen}</source>
        <translation>采用回波 {used}（共 {total} 个），{chosen}</translation>
    </message>
</context>
<context>
    <name>DeidentifyDialog</name>
    <message>
        <source>De-identify images</source>
        <translation>图像去标识化</translation>
    </message>
    <message>
        <source>Include screenshots and other images that may show a name</source>
        <translation>包含截屏等可能显示姓名的图像</translation>
    </message>
    <message>
        <source>Keep all words of series descriptions but the patient&apos;s own</source>
        <translation>保留序列描述中除患者信息以外的全部文字</translation>
    </message>
    <message>
        <source>Originals</source>
        <translation>原始图像</translation>
    </message>
    <message>
        <source>Folder for the copies</source>
        <translation>副本文件夹</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>The key file tells who is behind a pseudonym. Keep it apart from the copies, and use it again: then a patient keeps the pseudonym, and the time between visits stays true.</source>
        <translation>密钥文件记录假名对应的患者。请与副本分开保管，并在以后继续使用：同一患者的假名保持不变，各次检查的间隔天数也保持真实。</translation>
    </message>
    <message>
        <source>De-identify</source>
        <translation>去标识化</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>浏览...</translation>
    </message>
    <message>
        <source>Key files (*.json)</source>
        <translation>密钥文件 (*.json)</translation>
    </message>
</context>
<context>
    <name>DiagnosticsDialog</name>
    <message>
        <source>Diagnostic information</source>
        <translation>诊断信息</translation>
    </message>
    <message>
        <source>Copy diagnostic information</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>打开日志文件夹</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Something unexpected went wrong</source>
        <translation>发生意外错误</translation>
    </message>
    <message>
        <source>What you did is kept, and you can go on. If it happens again, save your work, start the program anew, and send us the information below.</source>
        <translation>已完成的工作仍保留，您可以继续。如再次发生，请保存工作，重新启动程序，并将以下信息发给我们。</translation>
    </message>
    <message>
        <source>This helps to find out why something does not work.</source>
        <translation>这些信息有助于查明问题原因。</translation>
    </message>
    <message>
        <source>It tells versions, screens, settings and what failed; no names, numbers or paths of patients. Nothing is sent by itself.</source>
        <translation>内容为版本、屏幕、设置和出错位置，不含患者姓名、编号或路径。程序不会自动发送任何内容。</translation>
    </message>
    <message>
        <source>It is on the clipboard.</source>
        <translation>已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Examinations</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>感兴趣区</translation>
    </message>
    <message>
        <source>Drawing tools</source>
        <translation>勾画工具</translation>
    </message>
    <message>
        <source>Decay curve</source>
        <translation>衰减曲线</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>drag to move, double click to float, right click to show or hide panels</source>
        <translation>拖动可移动，双击可浮动，右击可显示或隐藏面板</translation>
    </message>
    <message>
        <source>Put the panel back</source>
        <translation>放回面板</translation>
    </message>
    <message>
        <source>Hide the panel</source>
        <translation>隐藏面板</translation>
    </message>
</context>
<context>
    <name>EchoStrip</name>
    <message>
        <source>Echo {number}, TE {te} ms</source>
        <translation>回波 {number}，TE {te} ms</translation>
    </message>
    <message>
        <source>Double click drops or restores it (X)</source>
        <translation>双击剔除或恢复（X）</translation>
    </message>
</context>
<context>
    <name>EchoTimesDialog</name>
    <message>
        <source>Echo times</source>
        <translation>回波时间</translation>
    </message>
    <message>
        <source>These NIfTI images do not tell their echo times (volumes: {number}).
Give them in ms, in the order of the volumes: 1.2, 2.4, 3.6 or first:step:number.</source>
        <translation>这些 NIfTI 图像没有记录回波时间（容积数：{number}）。
请按容积顺序给出，以毫秒为单位：1.2, 2.4, 3.6 或 首个:间隔:个数。</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Opening...</source>
        <translation>正在打开...</translation>
    </message>
    <message>
        <source>Images are read, regions proposed and measured.</source>
        <translation>正在读取图像、自动勾画并测量。</translation>
    </message>
    <message>
        <source>Choose an examination in the list</source>
        <translation>请在列表中选择检查</translation>
    </message>
    <message>
        <source>Several were found. One click opens it.</source>
        <translation>找到多个检查，单击即可打开。</translation>
    </message>
    <message>
        <source>Nothing here can be measured</source>
        <translation>此处没有可测量的检查</translation>
    </message>
    <message>
        <source>The list on the left says why.</source>
        <translation>原因见左侧列表。</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>打开文件夹...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>打开示例患者</translation>
    </message>
</context>
<context>
    <name>FileField</name>
    <message>
        <source>Browse...</source>
        <translation>浏览...</translation>
    </message>
</context>
<context>
    <name>Filing</name>
    <message>
        <source>Folder for the results</source>
        <translation>结果保存文件夹</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Cases and images (*.iqcase *.zip *.dcm *.ima *.nii *.nii.gz DICOMDIR)</source>
        <translation>病例和图像 (*.iqcase *.zip *.dcm *.ima *.nii *.nii.gz DICOMDIR)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Save case</source>
        <translation>保存病例</translation>
    </message>
    <message>
        <source>Cases (*.iqcase)</source>
        <translation>病例 (*.iqcase)</translation>
    </message>
    <message>
        <source>{file} will be final: it can be opened, but not changed any more.</source>
        <translation>{file} 将定稿：可以打开，但不能再更改。</translation>
    </message>
    <message>
        <source>Finish the case</source>
        <translation>病例定稿</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>定稿</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>已保存：{file}</translation>
    </message>
</context>
<context>
    <name>FindingList</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>FinishDialog</name>
    <message>
        <source>Finish report</source>
        <translation>完成报告</translation>
    </message>
    <message>
        <source>printed on the report; the earlier one stays</source>
        <translation>将印在报告上；原报告保留</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>结果文件夹</translation>
    </message>
    <message>
        <source>Sign now with my key, as reporting physician</source>
        <translation>现在以报告医师身份用我的密钥签名</translation>
    </message>
    <message>
        <source>State of the report</source>
        <translation>报告状态</translation>
    </message>
    <message>
        <source>Reason of the amendment</source>
        <translation>修订原因</translation>
    </message>
    <message>
        <source>Reporting physician</source>
        <translation>报告医师</translation>
    </message>
    <message>
        <source>Reviewing physician</source>
        <translation>审核医师</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>报告语言</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>A final report stays as it is: what changes later is an amended one. The reviewing physician signs it afterwards (Sign a report...).</source>
        <translation>正式报告不再改动：此后的更改须出修订报告。审核医师随后签名（“签署报告...”）。</translation>
    </message>
    <message>
        <source>Write report</source>
        <translation>写出报告</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Drag a corner or the region; arrows move it, Backspace removes a corner. Esc ends editing.</source>
        <translation>拖动顶点或感兴趣区；方向键移动，退格键删除顶点，Esc 结束编辑。</translation>
    </message>
    <message>
        <source>No region yet: draw it by one of the tools on the left</source>
        <translation>尚无感兴趣区：请用左侧工具勾画</translation>
    </message>
    <message>
        <source>No region yet: P proposes one, D draws one</source>
        <translation>尚无感兴趣区：按 P 自动建议，按 D 手动勾画</translation>
    </message>
    <message>
        <source>Click corners. Double click or Enter closes, Backspace removes one, Esc ends.</source>
        <translation>点击设置顶点；双击或回车闭合，退格键删除一个，Esc 取消。</translation>
    </message>
    <message>
        <source>Draw around the region with the button held down. Esc ends.</source>
        <translation>按住左键沿感兴趣区边缘勾画，Esc 取消。</translation>
    </message>
    <message>
        <source>Click where the circle shall be. Esc ends.</source>
        <translation>点击放置圆，Esc 取消。</translation>
    </message>
    <message>
        <source>Paint over the region. Wheel: size. Esc ends.</source>
        <translation>涂抹感兴趣区；滚轮调整大小，Esc 结束。</translation>
    </message>
    <message>
        <source>Wipe over the region. Wheel: size. Esc ends.</source>
        <translation>擦除感兴趣区；滚轮调整大小，Esc 结束。</translation>
    </message>
    <message>
        <source>this echo only</source>
        <translation>仅此回波</translation>
    </message>
    <message>
        <source>this echo and all later ones</source>
        <translation>此回波及之后各回波</translation>
    </message>
    <message>
        <source>Drag or arrows move the region on {echoes}. Comma, full stop: echo. Esc ends.</source>
        <translation>拖动或用方向键移动感兴趣区（{echoes}）。逗号、句号切换回波，Esc 结束。</translation>
    </message>
    <message>
        <source>Drag from corner to corner of its frame. Esc ends.</source>
        <translation>从外框一角拖到对角，Esc 取消。</translation>
    </message>
    <message>
        <source>A hole is cut.</source>
        <translation>将挖出孔洞。</translation>
    </message>
    <message>
        <source>Shift adds, Alt cuts.</source>
        <translation>Shift 并入，Alt 挖去。</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History, {organ}</source>
        <translation>既往变化，{organ}</translation>
    </message>
    <message>
        <source>Earlier examinations, {organ}</source>
        <translation>既往检查，{organ}</translation>
    </message>
    <message>
        <source>Add...</source>
        <translation>添加...</translation>
    </message>
    <message>
        <source>Type in an examination from an old report (Shift+Y)</source>
        <translation>由旧报告录入一次检查（Shift+Y）</translation>
    </message>
    <message>
        <source>Change...</source>
        <translation>修改...</translation>
    </message>
    <message>
        <source>Only what was typed in can be changed</source>
        <translation>只能修改手工录入的检查</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Only what was typed in can be removed</source>
        <translation>只能删除手工录入的检查</translation>
    </message>
    <message>
        <source>No earlier value of this organ can be set beside that of this examination.</source>
        <translation>没有可与本次检查并列的该器官既往数值。</translation>
    </message>
    <message>
        <source>The images tell no patient ID: earlier examinations cannot be found.</source>
        <translation>图像中没有病历号：无法查找既往检查。</translation>
    </message>
    <message>
        <source>The images tell no date: no examination is known to be earlier.</source>
        <translation>图像中没有检查日期：无法判断哪些检查更早。</translation>
    </message>
    <message>
        <source>No earlier examination of this patient is known.
An examination is kept when its case, report or results are saved, or when you go on to the next one. Values of an old report can be typed in.</source>
        <translation>没有该患者的既往检查。
保存病例、报告或结果，或接受并转到下一例时，检查会被记入。旧报告中的数值可手工录入。</translation>
    </message>
</context>
<context>
    <name>ImpressionCard</name>
    <message>
        <source>Add to the impression:</source>
        <translation>加入诊断意见：</translation>
    </message>
    <message>
        <source>reader&apos;s words</source>
        <translation>医师编写</translation>
    </message>
    <message>
        <source>as proposed</source>
        <translation>自动生成</translation>
    </message>
    <message>
        <source>Clinical...</source>
        <translation>临床...</translation>
    </message>
    <message>
        <source>+ Follow-up</source>
        <translation>+ 随访建议</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>As proposed</source>
        <translation>恢复自动生成</translation>
    </message>
    <message>
        <source>Findings and impression for the hospital&apos;s information system (Ctrl+T)</source>
        <translation>影像学表现和诊断意见，用于粘贴到医院信息系统（Ctrl+T）</translation>
    </message>
    <message>
        <source>Diagnosis, transfusion, ferritin, chelation (Ctrl+K)</source>
        <translation>诊断、输血、铁蛋白、祛铁药物（Ctrl+K）</translation>
    </message>
</context>
<context>
    <name>JobDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>KeyDialog</name>
    <message>
        <source>Make a key to sign with</source>
        <translation>创建签名密钥</translation>
    </message>
    <message>
        <source>as it shall stand in the signature</source>
        <translation>即签名中显示的姓名</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>医院</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>再次输入口令</translation>
    </message>
    <message>
        <source>Keep the key file and its passphrase for yourself: whoever has both signs in your name. The certificate (PEM) beside it is for those who verify your signature.</source>
        <translation>请自行妥善保管密钥文件和口令：同时持有二者的人即可以您的名义签名。旁边的证书（PEM）供核验您签名的人使用。</translation>
    </message>
    <message>
        <source>Make key</source>
        <translation>创建密钥</translation>
    </message>
</context>
<context>
    <name>KeyFields</name>
    <message>
        <source>Key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>Keys (*.p12 *.pfx)</source>
        <translation>密钥 (*.p12 *.pfx)</translation>
    </message>
    <message>
        <source>asked each time, never kept</source>
        <translation>每次输入，从不保存</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg)</source>
        <translation>图片 (*.png *.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>Signature image, if any</source>
        <translation>签名图片（可选）</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keys and mouse</source>
        <translation>快捷键与鼠标</translation>
    </message>
    <message>
        <source>Find a key</source>
        <translation>查找按键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Findings and impression are on the clipboard.</source>
        <translation>影像学表现和诊断意见已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>For research use; not a certified medical device</source>
        <translation>仅供科研参考，未注册医疗器械</translation>
    </message>
</context>
<context>
    <name>MapLayer</name>
    <message>
        <source>Opacity of the map</source>
        <translation>参数图不透明度</translation>
    </message>
    <message>
        <source>Map over the image</source>
        <translation>图像上叠加参数图</translation>
    </message>
</context>
<context>
    <name>MethodMenu</name>
    <message>
        <source>Calibration</source>
        <translation>校准公式</translation>
    </message>
    <message>
        <source>Grades</source>
        <translation>分级标准</translation>
    </message>
    <message>
        <source>as the profile says</source>
        <translation>按配置方案</translation>
    </message>
</context>
<context>
    <name>ModelTable</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Echoes</source>
        <translation>回波数</translation>
    </message>
    <message>
        <source>Share of the signal&apos;s variation that the fit explains</source>
        <translation>拟合所解释的信号变化比例</translation>
    </message>
    <message>
        <source>Corrected Akaike criterion: lower is better, among fits of all echoes</source>
        <translation>校正的赤池信息准则：在使用全部回波的拟合中，越低越好</translation>
    </message>
    <message>
        <source>Number of echoes that the fit used</source>
        <translation>拟合所用的回波数</translation>
    </message>
    <message>
        <source>Suits this curve best: {reason}</source>
        <translation>最适合此曲线：{reason}</translation>
    </message>
    <message>
        <source>For comparison only: biased where T2* is short</source>
        <translation>仅供对比：T2* 较短时有偏差</translation>
    </message>
</context>
<context>
    <name>Moved</name>
    <message>
        <source>Region moved on this echo: {right} mm to the right, {down} mm down</source>
        <translation>此回波上感兴趣区位移：向右 {right} mm，向下 {down} mm</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Diagnostic information...</source>
        <translation>诊断信息...</translation>
    </message>
</context>
<context>
    <name>OptionBar</name>
    <message>
        <source>Area of the circle</source>
        <translation>圆的面积</translation>
    </message>
    <message>
        <source>Brush diameter</source>
        <translation>画笔直径</translation>
    </message>
    <message>
        <source>Wheel, or [ and ]</source>
        <translation>滚轮，或 [ 和 ]</translation>
    </message>
</context>
<context>
    <name>OrganCard</name>
    <message>
        <source>No region yet.</source>
        <translation>尚无感兴趣区。</translation>
    </message>
    <message>
        <source>Calibration and grades (Ctrl+M)</source>
        <translation>校准与分级（Ctrl+M）</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Take this region as read (A)</source>
        <translation>确认该感兴趣区（A）</translation>
    </message>
    <message>
        <source>95 % CI {interval} ms</source>
        <translation>95% CI {interval} ms</translation>
    </message>
    <message>
        <source>Leave out {n} excluded pixels</source>
        <translation>剔除 {n} 个不计入的像素</translation>
    </message>
    <message>
        <source>Pixels without a fit, badly fitted or outlying: not in the mean signal (O)</source>
        <translation>无拟合值、拟合差或离群的像素：不计入平均信号（O）</translation>
    </message>
    <message>
        <source>{n}/{total} excluded</source>
        <translation>剔除 {n}/{total}</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Mean signal</source>
        <translation>平均信号</translation>
    </message>
    <message>
        <source>Pixel median</source>
        <translation>像素中位数</translation>
    </message>
    <message>
        <source>Excluded pixels: without a value, or outliers</source>
        <translation>剔除的像素：无数值或为离群值</translation>
    </message>
    <message>
        <source>Reported: {method}</source>
        <translation>报告值：{method}</translation>
    </message>
    <message>
        <source>{area} mm², {pixels} pixels</source>
        <translation>{area} mm²，{pixels} 像素</translation>
    </message>
    <message>
        <source>confidence {value}</source>
        <translation>置信度 {value}</translation>
    </message>
    <message>
        <source>Dice {value} with the proposal</source>
        <translation>与自动勾画的 Dice {value}</translation>
    </message>
    <message>
        <source>T2* {percent} %</source>
        <translation>T2* {percent} %</translation>
    </message>
    <message>
        <source>Region: {words}</source>
        <translation>感兴趣区：{words}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
</context>
<context>
    <name>OrganPanel</name>
    <message>
        <source>Series</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>Image, {organ}</source>
        <translation>图像，{organ}</translation>
    </message>
    <message>
        <source>Echoes, {organ}</source>
        <translation>回波，{organ}</translation>
    </message>
    <message>
        <source>Series that is measured</source>
        <translation>用于测量的序列</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <source>column {column}, row {row}</source>
        <translation>第 {column} 列，第 {row} 行</translation>
    </message>
    <message>
        <source>signal {value}</source>
        <translation>信号 {value}</translation>
    </message>
    <message>
        <source>echoes {values}</source>
        <translation>各回波 {values}</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>未命名序列</translation>
    </message>
    <message>
        <source>second choice</source>
        <translation>备选</translation>
    </message>
    <message>
        <source>Scanner&apos;s map: {quantity}</source>
        <translation>扫描仪图：{quantity}</translation>
    </message>
    <message>
        <source>Echo {position}</source>
        <translation>回波 {position}</translation>
    </message>
    <message>
        <source>Slice {position}</source>
        <translation>层面 {position}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>No command of this name.</source>
        <translation>没有这个名称的命令。</translation>
    </message>
    <message>
        <source>Name of a command</source>
        <translation>命令名称</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>Measuring...</source>
        <translation>正在测量...</translation>
    </message>
    <message>
        <source>No image of this organ</source>
        <translation>没有该器官的图像</translation>
    </message>
    <message>
        <source>No region yet.</source>
        <translation>尚无感兴趣区。</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>已采用</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Measure the organ on this breath-hold (Ctrl+Enter)</source>
        <translation>在此屏气序列上测量该器官（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Image, {organ}</source>
        <translation>图像，{organ}</translation>
    </message>
    <message>
        <source>Echo {position}</source>
        <translation>回波 {position}</translation>
    </message>
    <message>
        <source>Slice {position}</source>
        <translation>层面 {position}</translation>
    </message>
</context>
<context>
    <name>PatientBar</name>
    <message>
        <source>T2* and iron of heart and liver</source>
        <translation>心脏与肝脏 T2* 铁定量</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>无姓名</translation>
    </message>
</context>
<context>
    <name>Printing</name>
    <message>
        <source>Print report</source>
        <translation>打印报告</translation>
    </message>
    <message>
        <source>Print preview</source>
        <translation>打印预览</translation>
    </message>
</context>
<context>
    <name>PriorDialog</name>
    <message>
        <source>Earlier examination from a report</source>
        <translation>由报告录入既往检查</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Field strength</source>
        <translation>场强</translation>
    </message>
    <message>
        <source>Heart T2*</source>
        <translation>心脏 T2*</translation>
    </message>
    <message>
        <source>Liver LIC</source>
        <translation>肝脏 LIC</translation>
    </message>
    <message>
        <source>Liver T2*</source>
        <translation>肝脏 T2*</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>software, model, calibration</source>
        <translation>软件、模型、校准</translation>
    </message>
    <message>
        <source>A value from a report keeps its own method: the line of the history breaks beside it, and no change is claimed.</source>
        <translation>报告中的数值保留其原有方法：曲线在此处中断，不判断是否变化。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>记入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>QLineEdit</name>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>QWidgetTextControl</name>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>RecentList</name>
    <message>
        <source>Recent work</source>
        <translation>最近工作</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>无姓名</translation>
    </message>
    <message>
        <source>{n} examinations</source>
        <translation>{n} 项检查</translation>
    </message>
    <message>
        <source>No longer there: moved, renamed or deleted</source>
        <translation>已不存在：可能被移动、改名或删除</translation>
    </message>
    <message>
        <source>Its folder cannot be reached: is the drive or network share connected?</source>
        <translation>无法访问所在文件夹：请检查磁盘或网络共享是否已连接</translation>
    </message>
    <message>
        <source>You have no right to read it</source>
        <translation>没有读取权限</translation>
    </message>
    <message>
        <source>opened</source>
        <translation>已打开</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>final</source>
        <translation>已定稿</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>今天 {time}</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>昨天 {time}</translation>
    </message>
</context>
<context>
    <name>RegionList</name>
    <message>
        <source>Regions: {organ}</source>
        <translation>感兴趣区：{organ}</translation>
    </message>
    <message>
        <source>to be drawn</source>
        <translation>待勾画</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>T2* (ms)</source>
        <translation>T2* (ms)</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>感兴趣区</translation>
    </message>
    <message>
        <source>Mark: the region that is reported. Double click or F2: another name. Delete: take away.</source>
        <translation>标记：报告所用的感兴趣区。双击或 F2：改名。Delete：删除。</translation>
    </message>
    <message>
        <source>New region (Ctrl+N)</source>
        <translation>新建感兴趣区（Ctrl+N）</translation>
    </message>
    <message>
        <source>Delete the region (Del)</source>
        <translation>删除感兴趣区（Del）</translation>
    </message>
</context>
<context>
    <name>ReportDesk</name>
    <message>
        <source>Saved: {file}</source>
        <translation>已保存：{file}</translation>
    </message>
    <message>
        <source>The DICOM report is marked as verified.</source>
        <translation>DICOM 报告已标为已核实。</translation>
    </message>
    <message>
        <source>Verify a report</source>
        <translation>核验报告</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>PDF 文件 (*.pdf)</translation>
    </message>
    <message>
        <source>Trust a certificate</source>
        <translation>信任证书</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer *.der)</source>
        <translation>证书 (*.pem *.crt *.cer *.der)</translation>
    </message>
    <message>
        <source>Trust signatures of {name} on this computer?</source>
        <translation>在本机信任 {name} 的签名？</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>信任</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>浏览...</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>报告语言</translation>
    </message>
    <message>
        <source>State of the report</source>
        <translation>报告状态</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>PDF 文件 (*.pdf)</translation>
    </message>
</context>
<context>
    <name>ReportState</name>
    <message>
        <source>Draft, not reviewed</source>
        <translation>草稿，未审核</translation>
    </message>
    <message>
        <source>Preliminary report</source>
        <translation>初步报告</translation>
    </message>
    <message>
        <source>Final report</source>
        <translation>正式报告</translation>
    </message>
    <message>
        <source>Amended report</source>
        <translation>修订报告</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>配置方案</translation>
    </message>
    <message>
        <source>Calibration, models and grades that are used</source>
        <translation>所用的校准、模型与分级</translation>
    </message>
</context>
<context>
    <name>SecondScreen</name>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
</context>
<context>
    <name>SignDialog</name>
    <message>
        <source>Sign a report</source>
        <translation>签署报告</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>PDF 文件 (*.pdf)</translation>
    </message>
    <message>
        <source>Choose the PDF of a report, in the folder of its results.</source>
        <translation>请选择结果文件夹中的报告 PDF。</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>You sign as reporting physician, the first of two.</source>
        <translation>您以报告医师身份签名（双签中的第一签）。</translation>
    </message>
    <message>
        <source>You sign as reviewing physician, the second of two.</source>
        <translation>您以审核医师身份签名（双签中的第二签）。</translation>
    </message>
    <message>
        <source>Both have signed.</source>
        <translation>双方均已签名。</translation>
    </message>
</context>
<context>
    <name>SliceTable</name>
    <message>
        <source>Slices of {region}, {organ}</source>
        <translation>{region}各层面，{organ}</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Open folder...</source>
        <translation>打开文件夹...</translation>
    </message>
    <message>
        <source>Open file or case...</source>
        <translation>打开文件或病例...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>打开示例患者</translation>
    </message>
    <message>
        <source>One reading was not saved. It is kept on this computer.</source>
        <translation>有 1 份阅片未保存，已保留在本机。</translation>
    </message>
    <message>
        <source>{n} readings were not saved. They are kept on this computer.</source>
        <translation>有 {n} 份阅片未保存，已保留在本机。</translation>
    </message>
    <message>
        <source>T2* and iron of heart and liver</source>
        <translation>心脏与肝脏 T2* 铁定量</translation>
    </message>
    <message>
        <source>Drop a folder, a file or a case here</source>
        <translation>将文件夹、文件或病例拖放到此处</translation>
    </message>
    <message>
        <source>Recover...</source>
        <translation>恢复...</translation>
    </message>
    <message>
        <source>Work to recover</source>
        <translation>待恢复的工作</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>带我看看</translation>
    </message>
    <message>
        <source>Recent work</source>
        <translation>最近工作</translation>
    </message>
    <message>
        <source>Forget all</source>
        <translation>全部清除</translation>
    </message>
    <message>
        <source>Empty this list; no image and no case is deleted</source>
        <translation>清空此列表；不会删除任何图像或病例</translation>
    </message>
    <message>
        <source>No recent work</source>
        <translation>暂无最近工作</translation>
    </message>
    <message>
        <source>Open a folder with T2* images, or try the sample patient. What you open stands here.</source>
        <translation>打开含 T2* 图像的文件夹，或试用示例患者。打开过的内容会列在此处。</translation>
    </message>
    <message>
        <source>Enter opens   ·   Delete removes from the list</source>
        <translation>回车键打开   ·   Delete 键从列表中移除</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>结束导览</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Examinations</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>What you opened, with its series. The mark tells what is measured already. The next ones are read and proposed while you work.</source>
        <translation>已打开的检查及其序列。标记表示已测量的检查。您工作时，后面的检查会在后台读入并自动勾画。</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>The wheel changes the echo, Shift and the wheel the slice, Ctrl and the wheel the size. Drag with the right button for window and level. {map} lays the T2* map over the image.</source>
        <translation>滚轮切换回波，Shift+滚轮切换层面，Ctrl+滚轮缩放。按住右键拖动调窗宽窗位。{map} 在图像上叠加 T2* 图。</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>感兴趣区</translation>
    </message>
    <message>
        <source>Septum and liver are proposed when you open. Drag an outline to move it, draw with these tools, or let it be proposed anew with {propose}. {undo} takes everything back.</source>
        <translation>打开时自动勾画室间隔和肝脏。拖动轮廓可移动，用这些工具可勾画，按 {propose} 重新自动勾画。{undo} 可撤销任何操作。</translation>
    </message>
    <message>
        <source>Decay curve</source>
        <translation>衰减曲线</translation>
    </message>
    <message>
        <source>Click on an echo to drop it, drag the line to cut the late ones off, choose a model: every number follows at once. The table compares all models.</source>
        <translation>单击回波可剔除，拖动竖线可截去后面的回波，可另选模型：所有数值随即更新。表格比较所有模型。</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>T2*, R2*, iron and grade of each organ with their precision, and what is doubtful. {accept} accepts the active organ, {refuse} says that it cannot be assessed.</source>
        <translation>各器官的 T2*、R2*、铁含量和分级及其精度，以及存疑之处。{accept} 确认当前器官，{refuse} 表示无法评估。</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>Worded by rules from the numbers; write over it where you know better. {copy} copies findings and impression for the hospital&apos;s system.</source>
        <translation>由规则根据数值生成，可按您的判断改写。{copy} 复制所见和诊断意见，供粘贴到医院系统。</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>完成阅片</translation>
    </message>
    <message>
        <source>{report} writes the report, {next} accepts all and opens the next examination. {keys} shows every key, {palette} finds any command by its name.</source>
        <translation>{report} 保存报告，{next} 全部确认并打开下一例。{keys} 显示所有快捷键，{palette} 按名称查找命令。</translation>
    </message>
</context>
<context>
    <name>UnfinishedDialog</name>
    <message>
        <source>Unfinished work</source>
        <translation>未完成的工作</translation>
    </message>
    <message>
        <source>Examination</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>最后更改</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>These readings were not saved as a case. They are kept on this computer until they are saved or discarded, and come back too when the same images are opened.</source>
        <translation>这些阅片尚未保存为病例。在保存或丢弃之前，它们保留在本机；打开同一图像时也会恢复。</translation>
    </message>
</context>
<context>
    <name>VerifyDialog</name>
    <message>
        <source>Verify a report</source>
        <translation>核验报告</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Another report...</source>
        <translation>另一份报告...</translation>
    </message>
    <message>
        <source>Trust a certificate...</source>
        <translation>信任证书...</translation>
    </message>
    <message>
        <source>The PEM file that a signer gave you; compare its fingerprint first.</source>
        <translation>签名者交给您的 PEM 文件；请先核对指纹。</translation>
    </message>
    <message>
        <source>Verified: signed by people trusted on this computer, and unchanged.</source>
        <translation>核验通过：由本机信任的人签名，且未被更改。</translation>
    </message>
    <message>
        <source>NOT verified: this report is not what was issued and signed.</source>
        <translation>核验未通过：此报告与出具并签名时不同。</translation>
    </message>
    <message>
        <source>Unchanged, but NOT verified: see below.</source>
        <translation>未被更改，但核验未通过：见下文。</translation>
    </message>
    <message>
        <source>NOT verified: nobody has signed this report.</source>
        <translation>核验未通过：此报告无人签名。</translation>
    </message>
</context>
<context>
    <name>_Question</name>
    <message>
        <source>What is not saved cannot be kept, and would be lost.</source>
        <translation>未保存的内容无法保留，将会丢失。</translation>
    </message>
    <message>
        <source>Close and lose it</source>
        <translation>关闭并放弃</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
</TS>
