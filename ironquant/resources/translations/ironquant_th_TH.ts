<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="th_TH" sourcelanguage="en_US">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About {name}</source>
        <translation>เกี่ยวกับ {name}</translation>
    </message>
    <message>
        <source>T2*/R2* iron quantification of heart and liver from multi-echo gradient-echo MRI.</source>
        <translation>วัดปริมาณเหล็กในหัวใจและตับด้วย T2*/R2* จาก MRI แบบ gradient-echo หลายเอคโค</translation>
    </message>
    <message>
        <source>For research use; not a certified medical device.</source>
        <translation>ใช้เพื่อการวิจัยเท่านั้น; ไม่ใช่เครื่องมือแพทย์ที่ได้รับการรับรอง</translation>
    </message>
    <message>
        <source>Licence: Apache-2.0. Fonts: SIL Open Font License 1.1.</source>
        <translation>สัญญาอนุญาต: Apache-2.0 แบบอักษร: SIL Open Font License 1.1</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>ปิด</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Wheel</source>
        <translation>ล้อเมาส์</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>เอคโค</translation>
    </message>
    <message>
        <source>Shift + wheel</source>
        <translation>Shift + ล้อเมาส์</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>สไลซ์</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + ล้อเมาส์</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>ย่อขยาย</translation>
    </message>
    <message>
        <source>Ctrl + left drag</source>
        <translation>Ctrl + ลากปุ่มซ้าย</translation>
    </message>
    <message>
        <source>Move the image</source>
        <translation>เลื่อนภาพ</translation>
    </message>
    <message>
        <source>Right or middle drag</source>
        <translation>ลากปุ่มขวาหรือกลาง</translation>
    </message>
    <message>
        <source>Window and level</source>
        <translation>ความกว้างและระดับหน้าต่าง</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>ดับเบิลคลิก</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>หน้าต่างอัตโนมัติ</translation>
    </message>
    <message>
        <source>Click in a region</source>
        <translation>คลิกในบริเวณ</translation>
    </message>
    <message>
        <source>Edit the region</source>
        <translation>แก้ไขบริเวณ</translation>
    </message>
    <message>
        <source>Drag a region</source>
        <translation>ลากบริเวณ</translation>
    </message>
    <message>
        <source>Move the region</source>
        <translation>ย้ายบริเวณ</translation>
    </message>
    <message>
        <source>Arrows, Shift: farther</source>
        <translation>ลูกศร, Shift: ไกลขึ้น</translation>
    </message>
    <message>
        <source>Move while editing</source>
        <translation>ย้ายขณะแก้ไข</translation>
    </message>
    <message>
        <source>Click on a side</source>
        <translation>คลิกที่ด้าน</translation>
    </message>
    <message>
        <source>Set a corner</source>
        <translation>เพิ่มจุดมุม</translation>
    </message>
    <message>
        <source>Alt + click, Backspace</source>
        <translation>Alt + คลิก, Backspace</translation>
    </message>
    <message>
        <source>Remove a corner</source>
        <translation>ลบจุดมุม</translation>
    </message>
    <message>
        <source>Shift while drawing</source>
        <translation>กด Shift ขณะวาด</translation>
    </message>
    <message>
        <source>Add to the region</source>
        <translation>เพิ่มเข้าบริเวณ</translation>
    </message>
    <message>
        <source>Alt while drawing</source>
        <translation>กด Alt ขณะวาด</translation>
    </message>
    <message>
        <source>Cut out</source>
        <translation>ตัดออก</translation>
    </message>
    <message>
        <source>Wheel with the brush</source>
        <translation>ล้อเมาส์ขณะใช้แปรง</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>ขนาดแปรง</translation>
    </message>
    <message>
        <source>Click on an echo</source>
        <translation>คลิกที่เอคโค</translation>
    </message>
    <message>
        <source>Drop or restore the echo</source>
        <translation>ตัดหรือคืนเอคโค</translation>
    </message>
    <message>
        <source>Drag the line in the curve</source>
        <translation>ลากเส้นในกราฟ</translation>
    </message>
    <message>
        <source>Last echo that is used</source>
        <translation>เอคโคสุดท้ายที่ใช้</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>เมาส์</translation>
    </message>
    <message>
        <source>PgUp</source>
        <translation>PgUp (หน้าขึ้น)</translation>
    </message>
    <message>
        <source>PgDn</source>
        <translation>PgDn (หน้าลง)</translation>
    </message>
    <message>
        <source>File</source>
        <translation>ไฟล์</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>วาด</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>บริเวณ</translation>
    </message>
    <message>
        <source>View</source>
        <translation>มุมมอง</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>ค่าหน้าต่างสำเร็จรูป</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>แผง</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>ภาษา</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>ช่วยเหลือ</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>เปิด</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>บันทึก</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>รายงาน</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>ส่งออก</translation>
    </message>
    <message>
        <source>Propose</source>
        <translation>เสนอ</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>ยอมรับ</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>ปฏิเสธ</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>ถัดไป</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>แผนที่</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>ปุ่มลัด</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>เปิดโฟลเดอร์...</translation>
    </message>
    <message>
        <source>Open file or case...</source>
        <translation>เปิดไฟล์หรือเคส...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>เปิดผู้ป่วยตัวอย่าง</translation>
    </message>
    <message>
        <source>Unfinished work...</source>
        <translation>งานที่ค้างอยู่...</translation>
    </message>
    <message>
        <source>Close and show the start page</source>
        <translation>ปิดและแสดงหน้าเริ่มต้น</translation>
    </message>
    <message>
        <source>Forget recent work</source>
        <translation>ล้างรายการงานล่าสุด</translation>
    </message>
    <message>
        <source>Save case</source>
        <translation>บันทึกเคส</translation>
    </message>
    <message>
        <source>Save case as...</source>
        <translation>บันทึกเคสเป็น...</translation>
    </message>
    <message>
        <source>Finish the case...</source>
        <translation>ปิดเคส...</translation>
    </message>
    <message>
        <source>Save report...</source>
        <translation>บันทึกรายงาน...</translation>
    </message>
    <message>
        <source>Export results...</source>
        <translation>ส่งออกผล...</translation>
    </message>
    <message>
        <source>Print report...</source>
        <translation>พิมพ์รายงาน...</translation>
    </message>
    <message>
        <source>Print preview...</source>
        <translation>ตัวอย่างก่อนพิมพ์...</translation>
    </message>
    <message>
        <source>Finish report...</source>
        <translation>ออกรายงาน...</translation>
    </message>
    <message>
        <source>Sign a report...</source>
        <translation>ลงนามรายงาน...</translation>
    </message>
    <message>
        <source>Verify a report...</source>
        <translation>ตรวจสอบรายงาน...</translation>
    </message>
    <message>
        <source>Make a key to sign with...</source>
        <translation>สร้างกุญแจสำหรับลงนาม...</translation>
    </message>
    <message>
        <source>De-identify images...</source>
        <translation>ลบข้อมูลระบุตัวตนในภาพ...</translation>
    </message>
    <message>
        <source>Measure a cohort...</source>
        <translation>วัดกลุ่มผู้ป่วย...</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>ออก</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>เลิกทำ</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>ทำซ้ำ</translation>
    </message>
    <message>
        <source>Propose a region</source>
        <translation>เสนอบริเวณ</translation>
    </message>
    <message>
        <source>Accept the region</source>
        <translation>ยอมรับบริเวณ</translation>
    </message>
    <message>
        <source>Refuse: organ not assessed</source>
        <translation>ปฏิเสธ: ไม่ประเมินอวัยวะ</translation>
    </message>
    <message>
        <source>New region</source>
        <translation>บริเวณใหม่</translation>
    </message>
    <message>
        <source>Next region</source>
        <translation>บริเวณถัดไป</translation>
    </message>
    <message>
        <source>Copy the region</source>
        <translation>คัดลอกบริเวณ</translation>
    </message>
    <message>
        <source>Paste the region</source>
        <translation>วางบริเวณ</translation>
    </message>
    <message>
        <source>Delete the region</source>
        <translation>ลบบริเวณ</translation>
    </message>
    <message>
        <source>Select, move and edit</source>
        <translation>เลือก ย้าย และแก้ไข</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>รูปหลายเหลี่ยม</translation>
    </message>
    <message>
        <source>Freehand</source>
        <translation>วาดอิสระ</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>วงรี</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>สี่เหลี่ยม</translation>
    </message>
    <message>
        <source>Circle of given area</source>
        <translation>วงกลมตามพื้นที่</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>แปรง</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>ยางลบ</translation>
    </message>
    <message>
        <source>Hole (next shape)</source>
        <translation>เจาะรู (รูปถัดไป)</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>แปรงเล็กลง</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>แปรงใหญ่ขึ้น</translation>
    </message>
    <message>
        <source>Move the region on this echo only</source>
        <translation>ย้ายบริเวณเฉพาะเอคโคนี้</translation>
    </message>
    <message>
        <source>Move the region from this echo on</source>
        <translation>ย้ายบริเวณตั้งแต่เอคโคนี้เป็นต้นไป</translation>
    </message>
    <message>
        <source>Region in the same place on every echo</source>
        <translation>วางบริเวณตำแหน่งเดียวกันทุกเอคโค</translation>
    </message>
    <message>
        <source>Smooth the outline</source>
        <translation>ทำเส้นขอบให้เรียบ</translation>
    </message>
    <message>
        <source>Grow by one pixel</source>
        <translation>ขยายหนึ่งพิกเซล</translation>
    </message>
    <message>
        <source>Shrink by one pixel</source>
        <translation>หดหนึ่งพิกเซล</translation>
    </message>
    <message>
        <source>Copy to the previous slice</source>
        <translation>คัดลอกไปสไลซ์ก่อนหน้า</translation>
    </message>
    <message>
        <source>Copy to the next slice</source>
        <translation>คัดลอกไปสไลซ์ถัดไป</translation>
    </message>
    <message>
        <source>Accept all and open the next examination</source>
        <translation>ยอมรับทั้งหมดและเปิดการตรวจถัดไป</translation>
    </message>
    <message>
        <source>Drop or restore the echo shown</source>
        <translation>ตัดหรือคืนเอคโคที่แสดง</translation>
    </message>
    <message>
        <source>Automatic echoes</source>
        <translation>เอคโคอัตโนมัติ</translation>
    </message>
    <message>
        <source>Leave out excluded pixels</source>
        <translation>ตัดพิกเซลที่คัดออก</translation>
    </message>
    <message>
        <source>Calibration and grades...</source>
        <translation>สูตรสอบเทียบและระดับ...</translation>
    </message>
    <message>
        <source>Clinical data...</source>
        <translation>ข้อมูลทางคลินิก...</translation>
    </message>
    <message>
        <source>Add an earlier examination...</source>
        <translation>เพิ่มการตรวจก่อนหน้า...</translation>
    </message>
    <message>
        <source>Word the impression</source>
        <translation>เขียนข้อสรุป</translation>
    </message>
    <message>
        <source>Copy findings and impression as text</source>
        <translation>คัดลอกผลและข้อสรุปเป็นข้อความ</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>หัวใจ</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>ตับ</translation>
    </message>
    <message>
        <source>Heart and liver side by side</source>
        <translation>หัวใจและตับเคียงกัน</translation>
    </message>
    <message>
        <source>Spleen</source>
        <translation>ม้าม</translation>
    </message>
    <message>
        <source>Pancreas</source>
        <translation>ตับอ่อน</translation>
    </message>
    <message>
        <source>Compare examinations or breath-holds</source>
        <translation>เปรียบเทียบการตรวจหรือการกลั้นหายใจ</translation>
    </message>
    <message>
        <source>Compared images follow each other</source>
        <translation>ภาพที่เปรียบเทียบเลื่อนไปด้วยกัน</translation>
    </message>
    <message>
        <source>Use the compared breath-hold</source>
        <translation>ใช้การกลั้นหายใจครั้งที่นำมาเปรียบเทียบ</translation>
    </message>
    <message>
        <source>Map over the image</source>
        <translation>แผนที่ทับบนภาพ</translation>
    </message>
    <message>
        <source>Next map: T2*, R2*, R²</source>
        <translation>แผนที่ถัดไป: T2*, R2*, R²</translation>
    </message>
    <message>
        <source>Mark excluded pixels</source>
        <translation>แสดงพิกเซลที่คัดออก</translation>
    </message>
    <message>
        <source>Residuals of the fit</source>
        <translation>ส่วนเหลือของการฟิต</translation>
    </message>
    <message>
        <source>Segments of the left ventricle</source>
        <translation>ส่วนของหัวใจห้องล่างซ้าย</translation>
    </message>
    <message>
        <source>Panel: examinations</source>
        <translation>แผง: การตรวจ</translation>
    </message>
    <message>
        <source>Panel: regions</source>
        <translation>แผง: บริเวณ</translation>
    </message>
    <message>
        <source>Panel: drawing tools</source>
        <translation>แผง: เครื่องมือวาด</translation>
    </message>
    <message>
        <source>Panel: decay curve</source>
        <translation>แผง: กราฟการลดลงของสัญญาณ</translation>
    </message>
    <message>
        <source>Panel: results</source>
        <translation>แผง: ผล</translation>
    </message>
    <message>
        <source>Panel: impression</source>
        <translation>แผง: ข้อสรุป</translation>
    </message>
    <message>
        <source>Images in a window of their own</source>
        <translation>แสดงภาพในหน้าต่างแยก</translation>
    </message>
    <message>
        <source>Panels as they were at first</source>
        <translation>จัดแผงกลับเป็นแบบเริ่มต้น</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>ธีมสว่าง</translation>
    </message>
    <message>
        <source>History of the organ</source>
        <translation>ประวัติของอวัยวะ</translation>
    </message>
    <message>
        <source>Previous echo</source>
        <translation>เอคโคก่อนหน้า</translation>
    </message>
    <message>
        <source>Next echo</source>
        <translation>เอคโคถัดไป</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>สไลซ์ก่อนหน้า</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>สไลซ์ถัดไป</translation>
    </message>
    <message>
        <source>Run through the echoes, or stop</source>
        <translation>เล่นผ่านเอคโค หรือหยุด</translation>
    </message>
    <message>
        <source>Window of the echo shown</source>
        <translation>หน้าต่างตามเอคโคที่แสดง</translation>
    </message>
    <message>
        <source>Window of the last echo</source>
        <translation>หน้าต่างตามเอคโคสุดท้าย</translation>
    </message>
    <message>
        <source>Narrow window: half the width</source>
        <translation>หน้าต่างแคบ: ความกว้างครึ่งหนึ่ง</translation>
    </message>
    <message>
        <source>Wide window: twice the width</source>
        <translation>หน้าต่างกว้าง: ความกว้างสองเท่า</translation>
    </message>
    <message>
        <source>Window of the middle 90 % of the pixels</source>
        <translation>หน้าต่างตามพิกเซล 90 % ช่วงกลาง</translation>
    </message>
    <message>
        <source>Window of all pixels</source>
        <translation>หน้าต่างตามทุกพิกเซล</translation>
    </message>
    <message>
        <source>Zoom to the organ</source>
        <translation>ซูมไปที่อวัยวะ</translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation>ทั้งภาพ</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>ปุ่มลัดและเมาส์</translation>
    </message>
    <message>
        <source>Find a command...</source>
        <translation>ค้นหาคำสั่ง...</translation>
    </message>
    <message>
        <source>Tour of the window</source>
        <translation>แนะนำหน้าต่างโปรแกรม</translation>
    </message>
    <message>
        <source>Copy diagnostic information...</source>
        <translation>คัดลอกข้อมูลวินิจฉัยปัญหา...</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>เปิดโฟลเดอร์บันทึกการทำงาน</translation>
    </message>
    <message>
        <source>About IronQuant</source>
        <translation>เกี่ยวกับ IronQuant</translation>
    </message>
</context>
<context>
    <name>BatchPage</name>
    <message>
        <source>Measure a cohort</source>
        <translation>วัดกลุ่มผู้ป่วย</translation>
    </message>
    <message>
        <source>Write the report of every examination</source>
        <translation>เขียนรายงานของการตรวจทุกครั้ง</translation>
    </message>
    <message>
        <source>Try again what failed before</source>
        <translation>ลองสิ่งที่ล้มเหลวอีกครั้ง</translation>
    </message>
    <message>
        <source>Failed examinations</source>
        <translation>การตรวจที่ล้มเหลว</translation>
    </message>
    <message>
        <source>Start or go on</source>
        <translation>เริ่มหรือทำต่อ</translation>
    </message>
    <message>
        <source>Cancel the batch</source>
        <translation>ยกเลิกชุดงาน</translation>
    </message>
    <message>
        <source>Show the results</source>
        <translation>แสดงผลลัพธ์</translation>
    </message>
    <message>
        <source>Examinations</source>
        <translation>การตรวจ</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>โฟลเดอร์ผลลัพธ์</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>เรียกดู...</translation>
    </message>
    <message>
        <source>Every examination below the folder is measured with the settings of this window. An unfinished batch goes on where it was ended; patients have pseudonyms, and a key file tells who they are.</source>
        <translation>การตรวจทุกครั้งใต้โฟลเดอร์ จะวัดด้วยการตั้งค่าของหน้าต่างนี้ ชุดงานที่ยังไม่เสร็จจะทำต่อจากที่หยุด ผู้ป่วยใช้นามแฝง และ ไฟล์กุญแจบอกว่าเป็นใคร</translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>Examinations</source>
        <translation>การตรวจ</translation>
    </message>
    <message>
        <source>Examinations and their series</source>
        <translation>การตรวจและซีรีส์</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>ไม่มีชื่อ</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>ไม่มีวันที่</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>วัดแล้ว</translation>
    </message>
    <message>
        <source>new</source>
        <translation>ยังไม่วัด</translation>
    </message>
    <message>
        <source>not measurable</source>
        <translation>วัดไม่ได้</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>ซีรีส์ไม่มีชื่อ</translation>
    </message>
    <message>
        <source>second choice</source>
        <translation>ตัวเลือกรอง</translation>
    </message>
    <message>
        <source>Organ: {reason}</source>
        <translation>อวัยวะ: {reason}</translation>
    </message>
    <message>
        <source>Scanner&apos;s map: {quantity}</source>
        <translation>แผนที่ของเครื่องสแกน: {quantity}</translation>
    </message>
</context>
<context>
    <name>BullseyeView</name>
    <message>
        <source>{area} mm², {pixels} pixels</source>
        <translation>{area} mm², {pixels} พิกเซล</translation>
    </message>
    <message>
        <source>borders unsure</source>
        <translation>ขอบไม่แน่นอน</translation>
    </message>
</context>
<context>
    <name>BusyBar</name>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>ความคืบหน้า</translation>
    </message>
</context>
<context>
    <name>Centre</name>
    <message>
        <source>Organs</source>
        <translation>อวัยวะ</translation>
    </message>
    <message>
        <source>Tabs on the left</source>
        <translation>แท็บทางซ้าย</translation>
    </message>
    <message>
        <source>Tabs on the right</source>
        <translation>แท็บทางขวา</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>หัวใจ</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>ตับ</translation>
    </message>
    <message>
        <source>Spleen</source>
        <translation>ม้าม</translation>
    </message>
    <message>
        <source>Pancreas</source>
        <translation>ตับอ่อน</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>ทั้งคู่</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>เปรียบเทียบ</translation>
    </message>
</context>
<context>
    <name>ClinicalDialog</name>
    <message>
        <source>Clinical data</source>
        <translation>ข้อมูลทางคลินิก</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>ไม่ระบุ</translation>
    </message>
    <message>
        <source>no</source>
        <translation>ไม่</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ใช่</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>การวินิจฉัย</translation>
    </message>
    <message>
        <source>Transfusion</source>
        <translation>การให้เลือด</translation>
    </message>
    <message>
        <source>Splenectomy</source>
        <translation>การตัดม้าม</translation>
    </message>
    <message>
        <source>Ferritin</source>
        <translation>เฟอร์ริติน</translation>
    </message>
    <message>
        <source>Haemoglobin</source>
        <translation>ฮีโมโกลบิน</translation>
    </message>
    <message>
        <source>LV ejection fraction</source>
        <translation>ค่าการบีบตัวหัวใจห้องล่างซ้าย (LVEF)</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>ส่วนสูง</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>น้ำหนัก</translation>
    </message>
    <message>
        <source>Chelation</source>
        <translation>ยาขับเหล็ก</translation>
    </message>
    <message>
        <source>Decides which follow-up is proposed. Nothing need be told.</source>
        <translation>ใช้เสนอการติดตามผล ไม่จำเป็นต้องกรอก</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>นำไปใช้</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Organ</source>
        <translation>อวัยวะ</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>เปรียบเทียบกับ</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>เชื่อมกัน</translation>
    </message>
    <message>
        <source>Organ that is compared</source>
        <translation>อวัยวะที่เปรียบเทียบ</translation>
    </message>
    <message>
        <source>What it is compared with</source>
        <translation>สิ่งที่นำมาเปรียบเทียบ</translation>
    </message>
    <message>
        <source>Echoes of the image that keys act on</source>
        <translation>เอคโคของภาพที่เลือกอยู่</translation>
    </message>
    <message>
        <source>Slice, echo, zoom and window follow each other (Z)</source>
        <translation>สไลซ์ เอคโค การย่อขยาย และหน้าต่างเลื่อนไปด้วยกัน (Z)</translation>
    </message>
    <message>
        <source>Choose above what this examination is to be compared with: another one, or a folder.</source>
        <translation>โปรดเลือกด้านบน สิ่งที่จะเปรียบเทียบกับการตรวจนี้: การตรวจอื่น หรือโฟลเดอร์</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>เปิดโฟลเดอร์</translation>
    </message>
    <message>
        <source>Case (*{suffix})</source>
        <translation>เคส (*{suffix})</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>เปิดเคส</translation>
    </message>
    <message>
        <source>Breath-holds of this examination</source>
        <translation>การกลั้นหายใจของการตรวจนี้</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>โฟลเดอร์...</translation>
    </message>
    <message>
        <source>Case...</source>
        <translation>เคส...</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>ซีรีส์ไม่มีชื่อ</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>ไม่มีวันที่</translation>
    </message>
</context>
<context>
    <name>CornerText</name>
    <message>
        <source>Automatic</source>
        <translation>อัตโนมัติ</translation>
    </message>
    <message>
        <source>Echo shown</source>
        <translation>เอคโคที่แสดง</translation>
    </message>
    <message>
        <source>Last echo</source>
        <translation>เอคโคสุดท้าย</translation>
    </message>
    <message>
        <source>Narrow</source>
        <translation>แคบ</translation>
    </message>
    <message>
        <source>Wide</source>
        <translation>กว้าง</translation>
    </message>
    <message>
        <source>Middle 90 %</source>
        <translation>ช่วงกลาง 90 %</translation>
    </message>
    <message>
        <source>All pixels</source>
        <translation>ทุกพิกเซล</translation>
    </message>
</context>
<context>
    <name>CurvePanel</name>
    <message>
        <source>Model</source>
        <translation>แบบจำลอง</translation>
    </message>
    <message>
        <source>Fit model</source>
        <translation>แบบจำลองการฟิต</translation>
    </message>
    <message>
        <source>as the profile says</source>
        <translation>ตามชุดการตั้งค่า</translation>
    </message>
    <message>
        <source>Automatic echoes</source>
        <translation>เอคโคอัตโนมัติ</translation>
    </message>
    <message>
        <source>Let the software choose the echoes again (R)</source>
        <translation>ให้โปรแกรมเลือกเอคโคใหม่ (R)</translation>
    </message>
    <message>
        <source>Echo time (ms)</source>
        <translation>เวลาเอคโค TE (ms)</translation>
    </message>
    <message>
        <source>Signal</source>
        <translation>สัญญาณ</translation>
    </message>
    <message>
        <source>Residual (% S0)</source>
        <translation>ส่วนเหลือ (% S0)</translation>
    </message>
    <message>
        <source>Click an echo to drop or restore it, drag the line behind the last one</source>
        <translation>คลิกเอคโคเพื่อตัดหรือคืน ลากเส้นหลังเอคโคสุดท้าย</translation>
    </message>
    <message>
        <source>Decay curve, {organ}</source>
        <translation>กราฟการลดลงของสัญญาณ, {organ}</translation>
    </message>
    <message>
        <source>All models, {organ}</source>
        <translation>ทุกแบบจำลอง, {organ}</translation>
    </message>
    <message>
        <source>Echoes {used} of {total}, {chosen}</source>
        <translation>เอคโค {used} จาก {total}, {chosen}</translation>
    </message>
</context>
<context>
    <name>DeidentifyDialog</name>
    <message>
        <source>De-identify images</source>
        <translation>ลบข้อมูลระบุตัวตนในภาพ</translation>
    </message>
    <message>
        <source>Include screenshots and other images that may show a name</source>
        <translation>รวมภาพหน้าจอและภาพอื่นที่อาจมีชื่อ</translation>
    </message>
    <message>
        <source>Keep all words of series descriptions but the patient&apos;s own</source>
        <translation>คงทุกคำในคำอธิบายซีรีส์ ยกเว้นข้อมูลของผู้ป่วย</translation>
    </message>
    <message>
        <source>Originals</source>
        <translation>ต้นฉบับ</translation>
    </message>
    <message>
        <source>Folder for the copies</source>
        <translation>โฟลเดอร์สำหรับสำเนา</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>ไฟล์กุญแจ</translation>
    </message>
    <message>
        <source>The key file tells who is behind a pseudonym. Keep it apart from the copies, and use it again: then a patient keeps the pseudonym, and the time between visits stays true.</source>
        <translation>ไฟล์กุญแจบอกว่านามแฝงเป็นของใคร เก็บแยกจากสำเนาและใช้ไฟล์เดิมอีก: ผู้ป่วยจะคงนามแฝงเดิม และระยะห่างระหว่างการตรวจยังถูกต้อง</translation>
    </message>
    <message>
        <source>De-identify</source>
        <translation>ลบข้อมูลระบุตัวตน</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>เลือก...</translation>
    </message>
    <message>
        <source>Key files (*.json)</source>
        <translation>ไฟล์กุญแจ (*.json)</translation>
    </message>
</context>
<context>
    <name>DiagnosticsDialog</name>
    <message>
        <source>Diagnostic information</source>
        <translation>ข้อมูลวินิจฉัยปัญหา</translation>
    </message>
    <message>
        <source>Copy diagnostic information</source>
        <translation>คัดลอกข้อมูลวินิจฉัยปัญหา</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>เปิดโฟลเดอร์บันทึกการทำงาน</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>ปิด</translation>
    </message>
    <message>
        <source>Something unexpected went wrong</source>
        <translation>เกิดข้อผิดพลาดที่ไม่คาดคิด</translation>
    </message>
    <message>
        <source>What you did is kept, and you can go on. If it happens again, save your work, start the program anew, and send us the information below.</source>
        <translation>งานที่ทำไว้ยังอยู่ และทำต่อได้ หากเกิดขึ้นอีก โปรดบันทึกงาน เริ่มโปรแกรมใหม่ และส่งข้อมูลด้านล่างให้เรา</translation>
    </message>
    <message>
        <source>This helps to find out why something does not work.</source>
        <translation>ข้อมูลนี้ช่วยหาสาเหตุเมื่อมีสิ่งที่ใช้งานไม่ได้</translation>
    </message>
    <message>
        <source>It tells versions, screens, settings and what failed; no names, numbers or paths of patients. Nothing is sent by itself.</source>
        <translation>ระบุรุ่น หน้าจอ การตั้งค่า และสิ่งที่ล้มเหลว; ไม่มีชื่อ รหัส หรือเส้นทางไฟล์ของผู้ป่วย โปรแกรมไม่ส่งข้อมูลใดออกไปเอง</translation>
    </message>
    <message>
        <source>It is on the clipboard.</source>
        <translation>คัดลอกไว้ในคลิปบอร์ดแล้ว</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Examinations</source>
        <translation>การตรวจ</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>บริเวณ</translation>
    </message>
    <message>
        <source>Drawing tools</source>
        <translation>เครื่องมือวาด</translation>
    </message>
    <message>
        <source>Decay curve</source>
        <translation>กราฟการลดลงของสัญญาณ</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>ข้อสรุป</translation>
    </message>
    <message>
        <source>drag to move, double click to float, right click to show or hide panels</source>
        <translation>ลากเพื่อย้าย ดับเบิลคลิกเพื่อแยกลอย คลิกขวาเพื่อแสดงหรือซ่อนแผง</translation>
    </message>
    <message>
        <source>Put the panel back</source>
        <translation>วางแผงกลับที่เดิม</translation>
    </message>
    <message>
        <source>Hide the panel</source>
        <translation>ซ่อนแผง</translation>
    </message>
</context>
<context>
    <name>EchoStrip</name>
    <message>
        <source>Echo {number}, TE {te} ms</source>
        <translation>เอคโค {number}, TE {te} ms</translation>
    </message>
    <message>
        <source>Double click drops or restores it (X)</source>
        <translation>ดับเบิลคลิกเพื่อตัดหรือคืน (X)</translation>
    </message>
</context>
<context>
    <name>EchoTimesDialog</name>
    <message>
        <source>Echo times</source>
        <translation>เวลาเอคโค</translation>
    </message>
    <message>
        <source>These NIfTI images do not tell their echo times (volumes: {number}).
Give them in ms, in the order of the volumes: 1.2, 2.4, 3.6 or first:step:number.</source>
        <translation>ภาพ NIfTI เหล่านี้ไม่ระบุเวลาเอคโค (จำนวนชุดภาพ: {number})
กรอกเป็น ms ตามลำดับชุดภาพ: 1.2, 2.4, 3.6 หรือ ค่าแรก:ระยะห่าง:จำนวน</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>ใช้</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Opening...</source>
        <translation>กำลังเปิด...</translation>
    </message>
    <message>
        <source>Images are read, regions proposed and measured.</source>
        <translation>กำลังอ่านภาพ เสนอบริเวณ และวัด</translation>
    </message>
    <message>
        <source>Choose an examination in the list</source>
        <translation>เลือกการตรวจจากรายการ</translation>
    </message>
    <message>
        <source>Several were found. One click opens it.</source>
        <translation>พบหลายรายการ คลิกหนึ่งครั้งเพื่อเปิด</translation>
    </message>
    <message>
        <source>Nothing here can be measured</source>
        <translation>ไม่มีสิ่งที่วัดได้ในที่นี้</translation>
    </message>
    <message>
        <source>The list on the left says why.</source>
        <translation>ดูเหตุผลในรายการทางซ้าย</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>เปิดโฟลเดอร์...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>เปิดผู้ป่วยตัวอย่าง</translation>
    </message>
</context>
<context>
    <name>FileField</name>
    <message>
        <source>Browse...</source>
        <translation>เลือก...</translation>
    </message>
</context>
<context>
    <name>Filing</name>
    <message>
        <source>Folder for the results</source>
        <translation>โฟลเดอร์สำหรับผล</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>เปิดโฟลเดอร์</translation>
    </message>
    <message>
        <source>Cases and images (*.iqcase *.zip *.dcm *.ima *.nii *.nii.gz DICOMDIR)</source>
        <translation>เคสและภาพ (*.iqcase *.zip *.dcm *.ima *.nii *.nii.gz DICOMDIR)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>ทุกไฟล์ (*)</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>เปิดไฟล์</translation>
    </message>
    <message>
        <source>Save case</source>
        <translation>บันทึกเคส</translation>
    </message>
    <message>
        <source>Cases (*.iqcase)</source>
        <translation>เคส (*.iqcase)</translation>
    </message>
    <message>
        <source>{file} will be final: it can be opened, but not changed any more.</source>
        <translation>{file} จะเป็นฉบับสุดท้าย: เปิดได้ แต่แก้ไขไม่ได้อีก</translation>
    </message>
    <message>
        <source>Finish the case</source>
        <translation>ปิดเคส</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>ปิดเคส</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>บันทึกแล้ว: {file}</translation>
    </message>
</context>
<context>
    <name>FindingList</name>
    <message>
        <source>Show</source>
        <translation>แสดง</translation>
    </message>
</context>
<context>
    <name>FinishDialog</name>
    <message>
        <source>Finish report</source>
        <translation>ออกรายงาน</translation>
    </message>
    <message>
        <source>printed on the report; the earlier one stays</source>
        <translation>จะพิมพ์ในรายงาน ฉบับเดิมยังคงอยู่</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>โฟลเดอร์สำหรับผล</translation>
    </message>
    <message>
        <source>Sign now with my key, as reporting physician</source>
        <translation>ลงนามด้วยกุญแจของฉันทันที ในฐานะแพทย์ผู้รายงาน</translation>
    </message>
    <message>
        <source>State of the report</source>
        <translation>สถานะของรายงาน</translation>
    </message>
    <message>
        <source>Reason of the amendment</source>
        <translation>เหตุผลของการแก้ไข</translation>
    </message>
    <message>
        <source>Reporting physician</source>
        <translation>แพทย์ผู้รายงาน</translation>
    </message>
    <message>
        <source>Reviewing physician</source>
        <translation>แพทย์ผู้ตรวจทาน</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>ภาษาของรายงาน</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>กระดาษ</translation>
    </message>
    <message>
        <source>A final report stays as it is: what changes later is an amended one. The reviewing physician signs it afterwards (Sign a report...).</source>
        <translation>รายงานฉบับสมบูรณ์คงไว้ตามเดิม หากเปลี่ยนภายหลังให้ออกฉบับแก้ไข แพทย์ผู้ตรวจทานลงนามภายหลัง (ลงนามรายงาน...)</translation>
    </message>
    <message>
        <source>Write report</source>
        <translation>เขียนรายงาน</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Drag a corner or the region; arrows move it, Backspace removes a corner. Esc ends editing.</source>
        <translation>ลากจุดมุมหรือทั้งบริเวณ; ลูกศร: เลื่อน; Backspace: ลบจุดมุม; Esc: จบการแก้ไข</translation>
    </message>
    <message>
        <source>No region yet: draw it by one of the tools on the left</source>
        <translation>ยังไม่มีบริเวณ: วาดด้วยเครื่องมือทางซ้าย</translation>
    </message>
    <message>
        <source>No region yet: P proposes one, D draws one</source>
        <translation>ยังไม่มีบริเวณ: P เพื่อเสนอ, D เพื่อวาด</translation>
    </message>
    <message>
        <source>Click corners. Double click or Enter closes, Backspace removes one, Esc ends.</source>
        <translation>คลิกจุดมุม; ดับเบิลคลิกหรือ Enter: ปิดรูป; Backspace: ลบหนึ่งจุด; Esc: จบ</translation>
    </message>
    <message>
        <source>Draw around the region with the button held down. Esc ends.</source>
        <translation>กดปุ่มค้างแล้ววาดรอบบริเวณ; Esc: จบ</translation>
    </message>
    <message>
        <source>Click where the circle shall be. Esc ends.</source>
        <translation>คลิกตำแหน่งที่จะวางวงกลม; Esc: จบ</translation>
    </message>
    <message>
        <source>Paint over the region. Wheel: size. Esc ends.</source>
        <translation>ระบายบนบริเวณ; ล้อเมาส์: ขนาด; Esc: จบ</translation>
    </message>
    <message>
        <source>Wipe over the region. Wheel: size. Esc ends.</source>
        <translation>ลบบนบริเวณ; ล้อเมาส์: ขนาด; Esc: จบ</translation>
    </message>
    <message>
        <source>this echo only</source>
        <translation>เฉพาะเอคโคนี้</translation>
    </message>
    <message>
        <source>this echo and all later ones</source>
        <translation>เอคโคนี้และทุกเอคโคถัดไป</translation>
    </message>
    <message>
        <source>Drag or arrows move the region on {echoes}. Comma, full stop: echo. Esc ends.</source>
        <translation>ลากหรือใช้ลูกศร: ย้ายบริเวณ ({echoes}); ปุ่มจุลภาค, ปุ่มจุด: เปลี่ยนเอคโค; Esc: จบ</translation>
    </message>
    <message>
        <source>Drag from corner to corner of its frame. Esc ends.</source>
        <translation>ลากจากมุมหนึ่งไปอีกมุมหนึ่งของกรอบ; Esc: จบ</translation>
    </message>
    <message>
        <source>A hole is cut.</source>
        <translation>กำลังเจาะรู</translation>
    </message>
    <message>
        <source>Shift adds, Alt cuts.</source>
        <translation>Shift: เพิ่ม; Alt: ตัด</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History, {organ}</source>
        <translation>ประวัติ, {organ}</translation>
    </message>
    <message>
        <source>Earlier examinations, {organ}</source>
        <translation>การตรวจก่อนหน้า, {organ}</translation>
    </message>
    <message>
        <source>Add...</source>
        <translation>เพิ่ม...</translation>
    </message>
    <message>
        <source>Type in an examination from an old report (Shift+Y)</source>
        <translation>กรอกการตรวจจากรายงานเก่า (Shift+Y)</translation>
    </message>
    <message>
        <source>Change...</source>
        <translation>แก้ไข...</translation>
    </message>
    <message>
        <source>Only what was typed in can be changed</source>
        <translation>แก้ไขได้เฉพาะที่กรอกด้วยมือ</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>ลบ</translation>
    </message>
    <message>
        <source>Only what was typed in can be removed</source>
        <translation>ลบได้เฉพาะที่กรอกด้วยมือ</translation>
    </message>
    <message>
        <source>No earlier value of this organ can be set beside that of this examination.</source>
        <translation>ไม่มีค่าก่อนหน้าของอวัยวะนี้ ที่วางเทียบกับการตรวจครั้งนี้ได้</translation>
    </message>
    <message>
        <source>The images tell no patient ID: earlier examinations cannot be found.</source>
        <translation>ภาพไม่มีรหัสผู้ป่วย: หาการตรวจก่อนหน้าไม่ได้</translation>
    </message>
    <message>
        <source>The images tell no date: no examination is known to be earlier.</source>
        <translation>ภาพไม่มีวันที่: ไม่ทราบว่าการตรวจใดมาก่อน</translation>
    </message>
    <message>
        <source>No earlier examination of this patient is known.
An examination is kept when its case, report or results are saved, or when you go on to the next one. Values of an old report can be typed in.</source>
        <translation>ยังไม่มีการตรวจก่อนหน้าของผู้ป่วยรายนี้
การตรวจจะถูกเก็บเมื่อบันทึกเคส รายงาน หรือผล หรือเมื่อไปการตรวจถัดไป กรอกค่าจากรายงานเก่าได้</translation>
    </message>
</context>
<context>
    <name>ImpressionCard</name>
    <message>
        <source>Add to the impression:</source>
        <translation>เพิ่มในข้อสรุป:</translation>
    </message>
    <message>
        <source>reader&apos;s words</source>
        <translation>ข้อความของผู้อ่าน</translation>
    </message>
    <message>
        <source>as proposed</source>
        <translation>ตามที่เสนอ</translation>
    </message>
    <message>
        <source>Clinical...</source>
        <translation>คลินิก...</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>ข้อสรุป</translation>
    </message>
    <message>
        <source>As proposed</source>
        <translation>ตามที่เสนอ</translation>
    </message>
    <message>
        <source>+ Follow-up</source>
        <translation>+ ติดตามผล</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>คัดลอก</translation>
    </message>
    <message>
        <source>Findings and impression for the hospital&apos;s information system (Ctrl+T)</source>
        <translation>ผลและข้อสรุป สำหรับระบบสารสนเทศของโรงพยาบาล (Ctrl+T)</translation>
    </message>
    <message>
        <source>Diagnosis, transfusion, ferritin, chelation (Ctrl+K)</source>
        <translation>การวินิจฉัย การให้เลือด เฟอร์ริติน ยาขับเหล็ก (Ctrl+K)</translation>
    </message>
</context>
<context>
    <name>JobDialog</name>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
</context>
<context>
    <name>KeyDialog</name>
    <message>
        <source>Make a key to sign with</source>
        <translation>สร้างกุญแจสำหรับลงนาม</translation>
    </message>
    <message>
        <source>as it shall stand in the signature</source>
        <translation>ตามที่จะปรากฏในลายเซ็น</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>โรงพยาบาล</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>ไฟล์กุญแจ</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>วลีรหัสผ่าน</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>วลีรหัสผ่านอีกครั้ง</translation>
    </message>
    <message>
        <source>Keep the key file and its passphrase for yourself: whoever has both signs in your name. The certificate (PEM) beside it is for those who verify your signature.</source>
        <translation>เก็บไฟล์กุญแจและวลีรหัสผ่านไว้กับตัว ผู้ที่มีทั้งสองอย่างลงนามแทนคุณได้ ใบรับรอง (PEM) ที่อยู่ข้างกัน มีไว้สำหรับผู้ตรวจสอบ ลายเซ็นของคุณ</translation>
    </message>
    <message>
        <source>Make key</source>
        <translation>สร้างกุญแจ</translation>
    </message>
</context>
<context>
    <name>KeyFields</name>
    <message>
        <source>Key file</source>
        <translation>ไฟล์กุญแจ</translation>
    </message>
    <message>
        <source>Keys (*.p12 *.pfx)</source>
        <translation>กุญแจ (*.p12 *.pfx)</translation>
    </message>
    <message>
        <source>asked each time, never kept</source>
        <translation>ถามทุกครั้ง ไม่เก็บไว้</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg)</source>
        <translation>ภาพ (*.png *.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>Signature image, if any</source>
        <translation>ภาพลายเซ็น ถ้ามี</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>วลีรหัสผ่าน</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keys and mouse</source>
        <translation>ปุ่มลัดและเมาส์</translation>
    </message>
    <message>
        <source>Find a key</source>
        <translation>ค้นหาปุ่ม</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>ปิด</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Findings and impression are on the clipboard.</source>
        <translation>คัดลอกผลและข้อสรุปไว้ในคลิปบอร์ดแล้ว</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>เครื่องมือ</translation>
    </message>
    <message>
        <source>For research use; not a certified medical device</source>
        <translation>ใช้เพื่อการวิจัยเท่านั้น; ไม่ใช่เครื่องมือแพทย์ที่ได้รับการรับรอง</translation>
    </message>
</context>
<context>
    <name>MapLayer</name>
    <message>
        <source>Opacity of the map</source>
        <translation>ความทึบของแผนที่</translation>
    </message>
    <message>
        <source>Map over the image</source>
        <translation>แผนที่ทับบนภาพ</translation>
    </message>
</context>
<context>
    <name>MethodMenu</name>
    <message>
        <source>Calibration</source>
        <translation>สูตรสอบเทียบ</translation>
    </message>
    <message>
        <source>Grades</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>as the profile says</source>
        <translation>ตามชุดการตั้งค่า</translation>
    </message>
</context>
<context>
    <name>ModelTable</name>
    <message>
        <source>Model</source>
        <translation>แบบจำลอง</translation>
    </message>
    <message>
        <source>Echoes</source>
        <translation>เอคโค</translation>
    </message>
    <message>
        <source>Share of the signal&apos;s variation that the fit explains</source>
        <translation>สัดส่วนความแปรผันของสัญญาณ ที่การฟิตอธิบายได้</translation>
    </message>
    <message>
        <source>Corrected Akaike criterion: lower is better, among fits of all echoes</source>
        <translation>เกณฑ์ Akaike ที่ปรับแก้: ยิ่งต่ำยิ่งดี ในบรรดาการฟิตที่ใช้ทุกเอคโค</translation>
    </message>
    <message>
        <source>Number of echoes that the fit used</source>
        <translation>จำนวนเอคโคที่ใช้ในการฟิต</translation>
    </message>
    <message>
        <source>Suits this curve best: {reason}</source>
        <translation>เหมาะกับกราฟนี้ที่สุด: {reason}</translation>
    </message>
    <message>
        <source>For comparison only: biased where T2* is short</source>
        <translation>เพื่อเปรียบเทียบเท่านั้น: คลาดเคลื่อนเมื่อ T2* สั้น</translation>
    </message>
</context>
<context>
    <name>Moved</name>
    <message>
        <source>Region moved on this echo: {right} mm to the right, {down} mm down</source>
        <translation>บริเวณถูกย้ายในเอคโคนี้: ไปทางขวา {right} mm, ลงล่าง {down} mm</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this message</source>
        <translation>ปิดข้อความนี้</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>แสดงในโฟลเดอร์</translation>
    </message>
    <message>
        <source>Diagnostic information...</source>
        <translation>ข้อมูลวินิจฉัยปัญหา...</translation>
    </message>
</context>
<context>
    <name>OptionBar</name>
    <message>
        <source>Area of the circle</source>
        <translation>พื้นที่วงกลม</translation>
    </message>
    <message>
        <source>Brush diameter</source>
        <translation>เส้นผ่านศูนย์กลางแปรง</translation>
    </message>
    <message>
        <source>Wheel, or [ and ]</source>
        <translation>ล้อเมาส์ หรือ [ และ ]</translation>
    </message>
</context>
<context>
    <name>OrganCard</name>
    <message>
        <source>No region yet.</source>
        <translation>ยังไม่มีบริเวณ</translation>
    </message>
    <message>
        <source>Calibration and grades (Ctrl+M)</source>
        <translation>สูตรสอบเทียบและระดับ (Ctrl+M)</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>ยอมรับแล้ว</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>ยอมรับ</translation>
    </message>
    <message>
        <source>Take this region as read (A)</source>
        <translation>ยอมรับบริเวณนี้ (A)</translation>
    </message>
    <message>
        <source>95 % CI {interval} ms</source>
        <translation>95 % CI: {interval} ms</translation>
    </message>
    <message>
        <source>Leave out {n} excluded pixels</source>
        <translation>ตัด {n} พิกเซลที่คัดออก</translation>
    </message>
    <message>
        <source>Pixels without a fit, badly fitted or outlying: not in the mean signal (O)</source>
        <translation>พิกเซลที่ฟิตไม่ได้ ฟิตไม่ดี หรือผิดปกติ: ไม่นับในสัญญาณเฉลี่ย (O)</translation>
    </message>
    <message>
        <source>{n}/{total} excluded</source>
        <translation>คัดออก {n}/{total}</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>พิกเซล</translation>
    </message>
    <message>
        <source>Mean signal</source>
        <translation>สัญญาณเฉลี่ย</translation>
    </message>
    <message>
        <source>Pixel median</source>
        <translation>มัธยฐาน</translation>
    </message>
    <message>
        <source>Excluded pixels: without a value, or outliers</source>
        <translation>พิกเซลที่คัดออก: ไม่มีค่า หรือผิดปกติ</translation>
    </message>
    <message>
        <source>Reported: {method}</source>
        <translation>ค่าที่รายงาน: {method}</translation>
    </message>
    <message>
        <source>{area} mm², {pixels} pixels</source>
        <translation>{area} mm², {pixels} พิกเซล</translation>
    </message>
    <message>
        <source>confidence {value}</source>
        <translation>ความเชื่อมั่น {value}</translation>
    </message>
    <message>
        <source>Dice {value} with the proposal</source>
        <translation>Dice {value} เทียบกับที่เสนอ</translation>
    </message>
    <message>
        <source>T2* {percent} %</source>
        <translation>T2* {percent} %</translation>
    </message>
    <message>
        <source>Region: {words}</source>
        <translation>บริเวณ: {words}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>OrganPanel</name>
    <message>
        <source>Series</source>
        <translation>ซีรีส์</translation>
    </message>
    <message>
        <source>Image, {organ}</source>
        <translation>ภาพ, {organ}</translation>
    </message>
    <message>
        <source>Echoes, {organ}</source>
        <translation>เอคโค, {organ}</translation>
    </message>
    <message>
        <source>Series that is measured</source>
        <translation>ซีรีส์ที่วัด</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>สไลซ์</translation>
    </message>
    <message>
        <source>column {column}, row {row}</source>
        <translation>คอลัมน์ {column}, แถว {row}</translation>
    </message>
    <message>
        <source>signal {value}</source>
        <translation>สัญญาณ {value}</translation>
    </message>
    <message>
        <source>echoes {values}</source>
        <translation>เอคโค {values}</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>ซีรีส์ไม่มีชื่อ</translation>
    </message>
    <message>
        <source>second choice</source>
        <translation>ตัวเลือกรอง</translation>
    </message>
    <message>
        <source>Scanner&apos;s map: {quantity}</source>
        <translation>แผนที่ของเครื่องสแกน: {quantity}</translation>
    </message>
    <message>
        <source>Slice {position}</source>
        <translation>สไลซ์ {position}</translation>
    </message>
    <message>
        <source>Echo {position}</source>
        <translation>เอคโค {position}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find a command</source>
        <translation>ค้นหาคำสั่ง</translation>
    </message>
    <message>
        <source>No command of this name.</source>
        <translation>ไม่มีคำสั่งชื่อนี้</translation>
    </message>
    <message>
        <source>Name of a command</source>
        <translation>ชื่อคำสั่ง</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>คำสั่ง</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>No image of this organ</source>
        <translation>ไม่มีภาพของอวัยวะนี้</translation>
    </message>
    <message>
        <source>Measuring...</source>
        <translation>กำลังวัด...</translation>
    </message>
    <message>
        <source>No region yet.</source>
        <translation>ยังไม่มีบริเวณ</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>ใช้อยู่</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>ใช้</translation>
    </message>
    <message>
        <source>Measure the organ on this breath-hold (Ctrl+Enter)</source>
        <translation>วัดอวัยวะจากการกลั้นหายใจครั้งนี้ (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Image, {organ}</source>
        <translation>ภาพ, {organ}</translation>
    </message>
    <message>
        <source>Echo {position}</source>
        <translation>เอคโค {position}</translation>
    </message>
    <message>
        <source>Slice {position}</source>
        <translation>สไลซ์ {position}</translation>
    </message>
</context>
<context>
    <name>PatientBar</name>
    <message>
        <source>T2* and iron of heart and liver</source>
        <translation>T2* และเหล็กในหัวใจและตับ</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>ไม่มีชื่อ</translation>
    </message>
</context>
<context>
    <name>Printing</name>
    <message>
        <source>Print report</source>
        <translation>พิมพ์รายงาน</translation>
    </message>
    <message>
        <source>Print preview</source>
        <translation>ตัวอย่างก่อนพิมพ์</translation>
    </message>
</context>
<context>
    <name>PriorDialog</name>
    <message>
        <source>Earlier examination from a report</source>
        <translation>การตรวจก่อนหน้าจากรายงาน</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>ไม่ทราบ</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>วันที่</translation>
    </message>
    <message>
        <source>Field strength</source>
        <translation>ความแรงสนามแม่เหล็ก</translation>
    </message>
    <message>
        <source>Heart T2*</source>
        <translation>T2* หัวใจ</translation>
    </message>
    <message>
        <source>Liver LIC</source>
        <translation>LIC ตับ</translation>
    </message>
    <message>
        <source>Liver T2*</source>
        <translation>T2* ตับ</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>วิธี</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>หมายเหตุ</translation>
    </message>
    <message>
        <source>software, model, calibration</source>
        <translation>โปรแกรม แบบจำลอง สูตรสอบเทียบ</translation>
    </message>
    <message>
        <source>A value from a report keeps its own method: the line of the history breaks beside it, and no change is claimed.</source>
        <translation>ค่าจากรายงานคงวิธีของรายงานนั้น: เส้นประวัติขาดตอนตรงนั้น และไม่สรุปว่าเปลี่ยนแปลง</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>เก็บไว้</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
</context>
<context>
    <name>QLineEdit</name>
    <message>
        <source>&amp;Undo</source>
        <translation>เลิกทำ</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>ทำซ้ำ</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>ตัด</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>คัดลอก</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>วาง</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>ลบ</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>เลือกทั้งหมด</translation>
    </message>
</context>
<context>
    <name>QWidgetTextControl</name>
    <message>
        <source>&amp;Undo</source>
        <translation>เลิกทำ</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>ทำซ้ำ</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>ตัด</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>คัดลอก</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>วาง</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>ลบ</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>เลือกทั้งหมด</translation>
    </message>
</context>
<context>
    <name>RecentList</name>
    <message>
        <source>Recent work</source>
        <translation>งานล่าสุด</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>เปิด</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>นำออกจากรายการ</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>ไม่มีชื่อ</translation>
    </message>
    <message>
        <source>{n} examinations</source>
        <translation>{n} การตรวจ</translation>
    </message>
    <message>
        <source>No longer there: moved, renamed or deleted</source>
        <translation>ไม่อยู่แล้ว: ถูกย้าย เปลี่ยนชื่อ หรือลบ</translation>
    </message>
    <message>
        <source>Its folder cannot be reached: is the drive or network share connected?</source>
        <translation>เข้าถึงโฟลเดอร์ไม่ได้: เชื่อมต่อไดรฟ์หรือโฟลเดอร์เครือข่ายแล้วหรือไม่</translation>
    </message>
    <message>
        <source>You have no right to read it</source>
        <translation>ไม่มีสิทธิ์อ่าน</translation>
    </message>
    <message>
        <source>opened</source>
        <translation>เปิดแล้ว</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>ยังไม่บันทึก</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>บันทึกแล้ว</translation>
    </message>
    <message>
        <source>final</source>
        <translation>ฉบับสุดท้าย</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>วันนี้ {time}</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>เมื่อวาน {time}</translation>
    </message>
</context>
<context>
    <name>RegionList</name>
    <message>
        <source>Regions: {organ}</source>
        <translation>บริเวณ: {organ}</translation>
    </message>
    <message>
        <source>to be drawn</source>
        <translation>ต้องวาด</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>พิกเซล</translation>
    </message>
    <message>
        <source>T2* (ms)</source>
        <translation>T2* (ms)</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>บริเวณ</translation>
    </message>
    <message>
        <source>Mark: the region that is reported. Double click or F2: another name. Delete: take away.</source>
        <translation>เครื่องหมาย: บริเวณที่รายงาน; ดับเบิลคลิกหรือ F2: เปลี่ยนชื่อ; Delete: ลบ</translation>
    </message>
    <message>
        <source>New region (Ctrl+N)</source>
        <translation>บริเวณใหม่ (Ctrl+N)</translation>
    </message>
    <message>
        <source>Delete the region (Del)</source>
        <translation>ลบบริเวณ (Del)</translation>
    </message>
</context>
<context>
    <name>ReportDesk</name>
    <message>
        <source>Saved: {file}</source>
        <translation>บันทึกแล้ว: {file}</translation>
    </message>
    <message>
        <source>The DICOM report is marked as verified.</source>
        <translation>รายงาน DICOM ถูกทำเครื่องหมายว่ายืนยันแล้ว</translation>
    </message>
    <message>
        <source>Verify a report</source>
        <translation>ตรวจสอบรายงาน</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>ไฟล์ PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Trust a certificate</source>
        <translation>เชื่อถือใบรับรอง</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer *.der)</source>
        <translation>ใบรับรอง (*.pem *.crt *.cer *.der)</translation>
    </message>
    <message>
        <source>Trust signatures of {name} on this computer?</source>
        <translation>เชื่อถือลายเซ็นของ {name} บนเครื่องนี้หรือไม่</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>เชื่อถือ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Save report</source>
        <translation>บันทึกรายงาน</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>เลือก...</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>ภาษาของรายงาน</translation>
    </message>
    <message>
        <source>State of the report</source>
        <translation>สถานะของรายงาน</translation>
    </message>
    <message>
        <source>File</source>
        <translation>ไฟล์</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>บันทึก</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>ไฟล์ PDF (*.pdf)</translation>
    </message>
</context>
<context>
    <name>ReportState</name>
    <message>
        <source>Draft, not reviewed</source>
        <translation>ฉบับร่าง ยังไม่ตรวจทาน</translation>
    </message>
    <message>
        <source>Preliminary report</source>
        <translation>รายงานเบื้องต้น</translation>
    </message>
    <message>
        <source>Final report</source>
        <translation>รายงานฉบับสมบูรณ์</translation>
    </message>
    <message>
        <source>Amended report</source>
        <translation>รายงานฉบับแก้ไข</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Results</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>ชุดการตั้งค่า</translation>
    </message>
    <message>
        <source>Calibration, models and grades that are used</source>
        <translation>สูตรสอบเทียบ แบบจำลอง และระดับที่ใช้</translation>
    </message>
</context>
<context>
    <name>SecondScreen</name>
    <message>
        <source>Images</source>
        <translation>ภาพ</translation>
    </message>
</context>
<context>
    <name>SignDialog</name>
    <message>
        <source>Sign a report</source>
        <translation>ลงนามรายงาน</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>รายงาน</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>ไฟล์ PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Choose the PDF of a report, in the folder of its results.</source>
        <translation>เลือกไฟล์ PDF ของรายงานในโฟลเดอร์ผล</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>ลงนาม</translation>
    </message>
    <message>
        <source>You sign as reporting physician, the first of two.</source>
        <translation>คุณลงนามในฐานะแพทย์ผู้รายงาน เป็นคนแรกจากสองคน</translation>
    </message>
    <message>
        <source>You sign as reviewing physician, the second of two.</source>
        <translation>คุณลงนามในฐานะแพทย์ผู้ตรวจทาน เป็นคนที่สองจากสองคน</translation>
    </message>
    <message>
        <source>Both have signed.</source>
        <translation>ลงนามครบทั้งสองคนแล้ว</translation>
    </message>
</context>
<context>
    <name>SliceTable</name>
    <message>
        <source>Slices of {region}, {organ}</source>
        <translation>สไลซ์ของ{region}, {organ}</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Open folder...</source>
        <translation>เปิดโฟลเดอร์...</translation>
    </message>
    <message>
        <source>Open file or case...</source>
        <translation>เปิดไฟล์หรือเคส...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>เปิดผู้ป่วยตัวอย่าง</translation>
    </message>
    <message>
        <source>One reading was not saved. It is kept on this computer.</source>
        <translation>มีการอ่านหนึ่งรายการที่ยังไม่ได้บันทึก เก็บไว้ในเครื่องนี้</translation>
    </message>
    <message>
        <source>{n} readings were not saved. They are kept on this computer.</source>
        <translation>มีการอ่าน {n} รายการที่ยังไม่ได้บันทึก เก็บไว้ในเครื่องนี้</translation>
    </message>
    <message>
        <source>T2* and iron of heart and liver</source>
        <translation>T2* และเหล็กในหัวใจและตับ</translation>
    </message>
    <message>
        <source>Drop a folder, a file or a case here</source>
        <translation>วางโฟลเดอร์ ไฟล์ หรือเคสที่นี่</translation>
    </message>
    <message>
        <source>Recover...</source>
        <translation>กู้คืน...</translation>
    </message>
    <message>
        <source>Work to recover</source>
        <translation>งานที่กู้คืนได้</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>แนะนำการใช้งาน</translation>
    </message>
    <message>
        <source>Recent work</source>
        <translation>งานล่าสุด</translation>
    </message>
    <message>
        <source>Forget all</source>
        <translation>ล้างทั้งหมด</translation>
    </message>
    <message>
        <source>Empty this list; no image and no case is deleted</source>
        <translation>ล้างรายการนี้; ไม่มีภาพหรือเคสใดถูกลบ</translation>
    </message>
    <message>
        <source>No recent work</source>
        <translation>ยังไม่มีงานล่าสุด</translation>
    </message>
    <message>
        <source>Open a folder with T2* images, or try the sample patient. What you open stands here.</source>
        <translation>เปิดโฟลเดอร์ที่มีภาพ T2* หรือลองใช้ผู้ป่วยตัวอย่าง สิ่งที่เปิดจะแสดงที่นี่</translation>
    </message>
    <message>
        <source>Enter opens   ·   Delete removes from the list</source>
        <translation>Enter: เปิด   ·   Delete: นำออกจากรายการ</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Back</source>
        <translation>ย้อนกลับ</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>จบการแนะนำ</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>เสร็จสิ้น</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>ถัดไป</translation>
    </message>
    <message>
        <source>Examinations</source>
        <translation>การตรวจ</translation>
    </message>
    <message>
        <source>What you opened, with its series. The mark tells what is measured already. The next ones are read and proposed while you work.</source>
        <translation>การตรวจที่เปิดไว้พร้อมชุดภาพ เครื่องหมายบอกว่ารายใดวัดแล้ว รายต่อไปจะถูกอ่าน และเสนอบริเวณระหว่างที่ท่านทำงาน</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>ภาพ</translation>
    </message>
    <message>
        <source>The wheel changes the echo, Shift and the wheel the slice, Ctrl and the wheel the size. Drag with the right button for window and level. {map} lays the T2* map over the image.</source>
        <translation>ล้อเมาส์เปลี่ยนเอคโค Shift กับล้อเปลี่ยนสไลซ์ Ctrl กับล้อย่อขยาย ลากปุ่มขวาเพื่อปรับความกว้างและระดับหน้าต่าง {map} ซ้อนแผนที่ T2* บนภาพ</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>บริเวณ</translation>
    </message>
    <message>
        <source>Septum and liver are proposed when you open. Drag an outline to move it, draw with these tools, or let it be proposed anew with {propose}. {undo} takes everything back.</source>
        <translation>ผนังกั้นหัวใจและตับจะถูกเสนอเมื่อเปิด ลากเส้นขอบเพื่อย้าย วาดด้วยเครื่องมือเหล่านี้ หรือเสนอใหม่ด้วย {propose} ส่วน {undo} ย้อนกลับได้ทุกอย่าง</translation>
    </message>
    <message>
        <source>Decay curve</source>
        <translation>กราฟการลดลงของสัญญาณ</translation>
    </message>
    <message>
        <source>Click on an echo to drop it, drag the line to cut the late ones off, choose a model: every number follows at once. The table compares all models.</source>
        <translation>คลิกเอคโคเพื่อตัดออก ลากเส้นเพื่อตัดเอคโคช่วงท้าย เลือกแบบจำลอง แล้วตัวเลขทุกตัวเปลี่ยนตามทันที ตารางเปรียบเทียบทุกแบบจำลอง</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>T2*, R2*, iron and grade of each organ with their precision, and what is doubtful. {accept} accepts the active organ, {refuse} says that it cannot be assessed.</source>
        <translation>T2*, R2*, ธาตุเหล็กและระดับของแต่ละอวัยวะ พร้อมความแม่นยำและสิ่งที่น่าสงสัย {accept} ยอมรับอวัยวะที่เลือก {refuse} ระบุว่าประเมินไม่ได้</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>ข้อสรุป</translation>
    </message>
    <message>
        <source>Worded by rules from the numbers; write over it where you know better. {copy} copies findings and impression for the hospital&apos;s system.</source>
        <translation>เขียนตามกฎจากตัวเลข แก้ไขได้ตามดุลยพินิจของท่าน {copy} คัดลอกผลการตรวจและข้อสรุป ไปยังระบบของโรงพยาบาล</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>ขั้นสุดท้าย</translation>
    </message>
    <message>
        <source>{report} writes the report, {next} accepts all and opens the next examination. {keys} shows every key, {palette} finds any command by its name.</source>
        <translation>{report} บันทึกรายงาน {next} ยอมรับทั้งหมดและเปิดการตรวจถัดไป {keys} แสดงปุ่มลัดทั้งหมด {palette} ค้นหาคำสั่งตามชื่อ</translation>
    </message>
</context>
<context>
    <name>UnfinishedDialog</name>
    <message>
        <source>Unfinished work</source>
        <translation>งานที่ค้างอยู่</translation>
    </message>
    <message>
        <source>Examination</source>
        <translation>การตรวจ</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>แก้ไขล่าสุด</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>ภาพ</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>เปิด</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>ทิ้ง</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>ภายหลัง</translation>
    </message>
    <message>
        <source>These readings were not saved as a case. They are kept on this computer until they are saved or discarded, and come back too when the same images are opened.</source>
        <translation>การอ่านเหล่านี้ยังไม่ได้บันทึกเป็นเคส จะเก็บไว้ในเครื่องนี้จนกว่าจะบันทึกหรือทิ้ง และจะกลับมาเมื่อเปิดภาพเดิม</translation>
    </message>
</context>
<context>
    <name>VerifyDialog</name>
    <message>
        <source>Verify a report</source>
        <translation>ตรวจสอบรายงาน</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>ปิด</translation>
    </message>
    <message>
        <source>Another report...</source>
        <translation>รายงานอื่น...</translation>
    </message>
    <message>
        <source>Trust a certificate...</source>
        <translation>เชื่อถือใบรับรอง...</translation>
    </message>
    <message>
        <source>The PEM file that a signer gave you; compare its fingerprint first.</source>
        <translation>ไฟล์ PEM ที่ผู้ลงนามให้ไว้ โปรดเทียบลายนิ้วมือก่อน</translation>
    </message>
    <message>
        <source>Verified: signed by people trusted on this computer, and unchanged.</source>
        <translation>ตรวจสอบแล้ว: ลงนามโดยผู้ที่เครื่องนี้เชื่อถือ และไม่ถูกเปลี่ยนแปลง</translation>
    </message>
    <message>
        <source>NOT verified: this report is not what was issued and signed.</source>
        <translation>ไม่ผ่าน: รายงานนี้ไม่ตรงกับที่ออกและลงนามไว้</translation>
    </message>
    <message>
        <source>Unchanged, but NOT verified: see below.</source>
        <translation>ไม่ถูกเปลี่ยนแปลง แต่ยังไม่ผ่าน: ดูด้านล่าง</translation>
    </message>
    <message>
        <source>NOT verified: nobody has signed this report.</source>
        <translation>ไม่ผ่าน: ยังไม่มีผู้ลงนามในรายงานนี้</translation>
    </message>
</context>
<context>
    <name>_Question</name>
    <message>
        <source>What is not saved cannot be kept, and would be lost.</source>
        <translation>สิ่งที่ไม่ได้บันทึกเก็บไว้ไม่ได้ และจะหายไป</translation>
    </message>
    <message>
        <source>Close and lose it</source>
        <translation>ปิดและทิ้ง</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
</context>
</TS>
