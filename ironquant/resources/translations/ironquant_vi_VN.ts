<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="vi_VN" sourcelanguage="en_US">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About {name}</source>
        <translation>Giới thiệu {name}</translation>
    </message>
    <message>
        <source>T2*/R2* iron quantification of heart and liver from multi-echo gradient-echo MRI.</source>
        <translation>Định lượng sắt tim và gan bằng T2*/R2* từ MRI gradient-echo đa echo.</translation>
    </message>
    <message>
        <source>For research use; not a certified medical device.</source>
        <translation>Chỉ dùng cho nghiên cứu; không phải thiết bị y tế được chứng nhận.</translation>
    </message>
    <message>
        <source>Licence: Apache-2.0. Fonts: SIL Open Font License 1.1.</source>
        <translation>Giấy phép: Apache-2.0. Phông chữ: SIL Open Font License 1.1.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Đóng</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Wheel</source>
        <translation>Con lăn</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>Echo</translation>
    </message>
    <message>
        <source>Shift + wheel</source>
        <translation>Shift + con lăn</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>Lát cắt</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + con lăn</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Phóng to, thu nhỏ</translation>
    </message>
    <message>
        <source>Ctrl + left drag</source>
        <translation>Ctrl + kéo chuột trái</translation>
    </message>
    <message>
        <source>Move the image</source>
        <translation>Di chuyển ảnh</translation>
    </message>
    <message>
        <source>Right or middle drag</source>
        <translation>Kéo chuột phải hoặc giữa</translation>
    </message>
    <message>
        <source>Window and level</source>
        <translation>Độ rộng và mức cửa sổ</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Nhấp đúp</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>Cửa sổ tự động</translation>
    </message>
    <message>
        <source>Click in a region</source>
        <translation>Nhấp vào một vùng</translation>
    </message>
    <message>
        <source>Edit the region</source>
        <translation>Sửa vùng</translation>
    </message>
    <message>
        <source>Drag a region</source>
        <translation>Kéo một vùng</translation>
    </message>
    <message>
        <source>Move the region</source>
        <translation>Di chuyển vùng</translation>
    </message>
    <message>
        <source>Arrows, Shift: farther</source>
        <translation>Phím mũi tên, Shift: xa hơn</translation>
    </message>
    <message>
        <source>Move while editing</source>
        <translation>Di chuyển khi đang sửa</translation>
    </message>
    <message>
        <source>Click on a side</source>
        <translation>Nhấp vào một cạnh</translation>
    </message>
    <message>
        <source>Set a corner</source>
        <translation>Đặt một đỉnh</translation>
    </message>
    <message>
        <source>Alt + click, Backspace</source>
        <translation>Alt + nhấp, Backspace</translation>
    </message>
    <message>
        <source>Remove a corner</source>
        <translation>Bỏ một đỉnh</translation>
    </message>
    <message>
        <source>Shift while drawing</source>
        <translation>Giữ Shift khi vẽ</translation>
    </message>
    <message>
        <source>Add to the region</source>
        <translation>Thêm vào vùng</translation>
    </message>
    <message>
        <source>Alt while drawing</source>
        <translation>Giữ Alt khi vẽ</translation>
    </message>
    <message>
        <source>Cut out</source>
        <translation>Cắt bỏ</translation>
    </message>
    <message>
        <source>Wheel with the brush</source>
        <translation>Con lăn khi dùng cọ</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Cỡ cọ</translation>
    </message>
    <message>
        <source>Click on an echo</source>
        <translation>Nhấp vào một echo</translation>
    </message>
    <message>
        <source>Drop or restore the echo</source>
        <translation>Bỏ hoặc khôi phục echo</translation>
    </message>
    <message>
        <source>Drag the line in the curve</source>
        <translation>Kéo vạch trên đường cong</translation>
    </message>
    <message>
        <source>Last echo that is used</source>
        <translation>Echo cuối cùng được dùng</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Chuột</translation>
    </message>
    <message>
        <source>PgUp</source>
        <translation>PgUp (trang lên)</translation>
    </message>
    <message>
        <source>PgDn</source>
        <translation>PgDn (trang xuống)</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Tệp</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Vẽ</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Vùng</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Hiển thị</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>Cửa sổ đặt sẵn</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>Các ngăn</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Ngôn ngữ</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Trợ giúp</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Mở</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Lưu</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Báo cáo</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Xuất</translation>
    </message>
    <message>
        <source>Propose</source>
        <translation>Đề xuất</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Nhận</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Từ chối</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Tiếp</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Bản đồ</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Phím tắt</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>Mở thư mục...</translation>
    </message>
    <message>
        <source>Open file or case...</source>
        <translation>Mở tệp hoặc hồ sơ ca...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>Mở bệnh nhân mẫu</translation>
    </message>
    <message>
        <source>Unfinished work...</source>
        <translation>Công việc dở dang...</translation>
    </message>
    <message>
        <source>Close and show the start page</source>
        <translation>Đóng và hiện trang bắt đầu</translation>
    </message>
    <message>
        <source>Forget recent work</source>
        <translation>Xóa danh sách công việc gần đây</translation>
    </message>
    <message>
        <source>Save case</source>
        <translation>Lưu hồ sơ ca</translation>
    </message>
    <message>
        <source>Save case as...</source>
        <translation>Lưu hồ sơ ca thành...</translation>
    </message>
    <message>
        <source>Finish the case...</source>
        <translation>Chốt hồ sơ ca...</translation>
    </message>
    <message>
        <source>Save report...</source>
        <translation>Lưu báo cáo...</translation>
    </message>
    <message>
        <source>Export results...</source>
        <translation>Xuất kết quả...</translation>
    </message>
    <message>
        <source>Print report...</source>
        <translation>In báo cáo...</translation>
    </message>
    <message>
        <source>Print preview...</source>
        <translation>Xem trước bản in...</translation>
    </message>
    <message>
        <source>Finish report...</source>
        <translation>Hoàn tất báo cáo...</translation>
    </message>
    <message>
        <source>Sign a report...</source>
        <translation>Ký báo cáo...</translation>
    </message>
    <message>
        <source>Verify a report...</source>
        <translation>Kiểm tra báo cáo...</translation>
    </message>
    <message>
        <source>Make a key to sign with...</source>
        <translation>Tạo khóa để ký...</translation>
    </message>
    <message>
        <source>De-identify images...</source>
        <translation>Khử định danh ảnh...</translation>
    </message>
    <message>
        <source>Measure a cohort...</source>
        <translation>Đo một nhóm bệnh nhân...</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Thoát</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Hoàn tác</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Làm lại</translation>
    </message>
    <message>
        <source>Propose a region</source>
        <translation>Đề xuất vùng</translation>
    </message>
    <message>
        <source>Accept the region</source>
        <translation>Chấp nhận vùng</translation>
    </message>
    <message>
        <source>Refuse: organ not assessed</source>
        <translation>Từ chối: không đánh giá cơ quan</translation>
    </message>
    <message>
        <source>New region</source>
        <translation>Vùng mới</translation>
    </message>
    <message>
        <source>Next region</source>
        <translation>Vùng tiếp theo</translation>
    </message>
    <message>
        <source>Copy the region</source>
        <translation>Sao chép vùng</translation>
    </message>
    <message>
        <source>Paste the region</source>
        <translation>Dán vùng</translation>
    </message>
    <message>
        <source>Delete the region</source>
        <translation>Xóa vùng</translation>
    </message>
    <message>
        <source>Select, move and edit</source>
        <translation>Chọn, di chuyển và sửa</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Đa giác</translation>
    </message>
    <message>
        <source>Freehand</source>
        <translation>Vẽ tự do</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Hình elip</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Hình chữ nhật</translation>
    </message>
    <message>
        <source>Circle of given area</source>
        <translation>Hình tròn theo diện tích</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Cọ</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Tẩy</translation>
    </message>
    <message>
        <source>Hole (next shape)</source>
        <translation>Lỗ (hình tiếp theo)</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>Cọ nhỏ hơn</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>Cọ lớn hơn</translation>
    </message>
    <message>
        <source>Move the region on this echo only</source>
        <translation>Di chuyển vùng chỉ trên echo này</translation>
    </message>
    <message>
        <source>Move the region from this echo on</source>
        <translation>Di chuyển vùng từ echo này trở đi</translation>
    </message>
    <message>
        <source>Region in the same place on every echo</source>
        <translation>Đặt vùng ở cùng một chỗ trên mọi echo</translation>
    </message>
    <message>
        <source>Smooth the outline</source>
        <translation>Làm mượt đường viền</translation>
    </message>
    <message>
        <source>Grow by one pixel</source>
        <translation>Nới thêm một điểm ảnh</translation>
    </message>
    <message>
        <source>Shrink by one pixel</source>
        <translation>Thu lại một điểm ảnh</translation>
    </message>
    <message>
        <source>Copy to the previous slice</source>
        <translation>Sao chép sang lát cắt trước</translation>
    </message>
    <message>
        <source>Copy to the next slice</source>
        <translation>Sao chép sang lát cắt sau</translation>
    </message>
    <message>
        <source>Accept all and open the next examination</source>
        <translation>Chấp nhận tất cả và mở ca chụp tiếp theo</translation>
    </message>
    <message>
        <source>Drop or restore the echo shown</source>
        <translation>Bỏ hoặc khôi phục echo đang xem</translation>
    </message>
    <message>
        <source>Automatic echoes</source>
        <translation>Echo tự động</translation>
    </message>
    <message>
        <source>Leave out excluded pixels</source>
        <translation>Bỏ các điểm ảnh bị loại</translation>
    </message>
    <message>
        <source>Calibration and grades...</source>
        <translation>Công thức hiệu chuẩn và mức độ...</translation>
    </message>
    <message>
        <source>Clinical data...</source>
        <translation>Dữ liệu lâm sàng...</translation>
    </message>
    <message>
        <source>Add an earlier examination...</source>
        <translation>Thêm ca chụp trước...</translation>
    </message>
    <message>
        <source>Word the impression</source>
        <translation>Soạn kết luận</translation>
    </message>
    <message>
        <source>Copy findings and impression as text</source>
        <translation>Sao chép hình ảnh và kết luận dạng chữ</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>Tim</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>Gan</translation>
    </message>
    <message>
        <source>Heart and liver side by side</source>
        <translation>Tim và gan cạnh nhau</translation>
    </message>
    <message>
        <source>Spleen</source>
        <translation>Lách</translation>
    </message>
    <message>
        <source>Pancreas</source>
        <translation>Tụy</translation>
    </message>
    <message>
        <source>Compare examinations or breath-holds</source>
        <translation>So sánh các ca chụp hoặc các lần nín thở</translation>
    </message>
    <message>
        <source>Compared images follow each other</source>
        <translation>Các ảnh so sánh đi cùng nhau</translation>
    </message>
    <message>
        <source>Use the compared breath-hold</source>
        <translation>Dùng lần nín thở đang so sánh</translation>
    </message>
    <message>
        <source>Map over the image</source>
        <translation>Bản đồ trên ảnh</translation>
    </message>
    <message>
        <source>Next map: T2*, R2*, R²</source>
        <translation>Bản đồ tiếp theo: T2*, R2*, R²</translation>
    </message>
    <message>
        <source>Mark excluded pixels</source>
        <translation>Đánh dấu điểm ảnh bị loại</translation>
    </message>
    <message>
        <source>Residuals of the fit</source>
        <translation>Phần dư của đường khớp</translation>
    </message>
    <message>
        <source>Segments of the left ventricle</source>
        <translation>Các đoạn thất trái</translation>
    </message>
    <message>
        <source>Panel: examinations</source>
        <translation>Ngăn: ca chụp</translation>
    </message>
    <message>
        <source>Panel: regions</source>
        <translation>Ngăn: vùng</translation>
    </message>
    <message>
        <source>Panel: drawing tools</source>
        <translation>Ngăn: công cụ vẽ</translation>
    </message>
    <message>
        <source>Panel: decay curve</source>
        <translation>Ngăn: đường suy giảm</translation>
    </message>
    <message>
        <source>Panel: results</source>
        <translation>Ngăn: kết quả</translation>
    </message>
    <message>
        <source>Panel: impression</source>
        <translation>Ngăn: kết luận</translation>
    </message>
    <message>
        <source>Images in a window of their own</source>
        <translation>Hình ảnh trong cửa sổ riêng</translation>
    </message>
    <message>
        <source>Panels as they were at first</source>
        <translation>Đưa các ngăn về như ban đầu</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>Giao diện sáng</translation>
    </message>
    <message>
        <source>History of the organ</source>
        <translation>Diễn biến của cơ quan</translation>
    </message>
    <message>
        <source>Previous echo</source>
        <translation>Echo trước</translation>
    </message>
    <message>
        <source>Next echo</source>
        <translation>Echo sau</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>Lát cắt trước</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>Lát cắt sau</translation>
    </message>
    <message>
        <source>Run through the echoes, or stop</source>
        <translation>Chạy qua các echo, hoặc dừng</translation>
    </message>
    <message>
        <source>Window of the echo shown</source>
        <translation>Cửa sổ theo echo đang xem</translation>
    </message>
    <message>
        <source>Window of the last echo</source>
        <translation>Cửa sổ theo echo cuối</translation>
    </message>
    <message>
        <source>Narrow window: half the width</source>
        <translation>Cửa sổ hẹp: nửa độ rộng</translation>
    </message>
    <message>
        <source>Wide window: twice the width</source>
        <translation>Cửa sổ rộng: gấp đôi độ rộng</translation>
    </message>
    <message>
        <source>Window of the middle 90 % of the pixels</source>
        <translation>Cửa sổ theo 90 % điểm ảnh ở giữa</translation>
    </message>
    <message>
        <source>Window of all pixels</source>
        <translation>Cửa sổ theo mọi điểm ảnh</translation>
    </message>
    <message>
        <source>Zoom to the organ</source>
        <translation>Phóng tới cơ quan</translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation>Toàn bộ ảnh</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Phím tắt và chuột</translation>
    </message>
    <message>
        <source>Find a command...</source>
        <translation>Tìm lệnh...</translation>
    </message>
    <message>
        <source>Tour of the window</source>
        <translation>Giới thiệu cửa sổ</translation>
    </message>
    <message>
        <source>Copy diagnostic information...</source>
        <translation>Sao chép thông tin chẩn đoán lỗi...</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>Mở thư mục nhật ký</translation>
    </message>
    <message>
        <source>About IronQuant</source>
        <translation>Giới thiệu IronQuant</translation>
    </message>
</context>
<context>
    <name>BatchPage</name>
    <message>
        <source>Measure a cohort</source>
        <translation>Đo một nhóm bệnh nhân</translation>
    </message>
    <message>
        <source>Write the report of every examination</source>
        <translation>Ghi báo cáo của từng lần khám</translation>
    </message>
    <message>
        <source>Try again what failed before</source>
        <translation>Thử lại những gì đã thất bại</translation>
    </message>
    <message>
        <source>Failed examinations</source>
        <translation>Các lần khám thất bại</translation>
    </message>
    <message>
        <source>Start or go on</source>
        <translation>Bắt đầu hoặc tiếp tục</translation>
    </message>
    <message>
        <source>Cancel the batch</source>
        <translation>Hủy lô đo</translation>
    </message>
    <message>
        <source>Show the results</source>
        <translation>Hiện kết quả</translation>
    </message>
    <message>
        <source>Examinations</source>
        <translation>Các lần khám</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Thư mục kết quả</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>Duyệt...</translation>
    </message>
    <message>
        <source>Every examination below the folder is measured with the settings of this window. An unfinished batch goes on where it was ended; patients have pseudonyms, and a key file tells who they are.</source>
        <translation>Mọi lần khám trong thư mục được đo theo thiết lập của cửa sổ này. Lô chưa xong sẽ tiếp tục từ chỗ dừng; bệnh nhân mang bí danh, và tệp khóa cho biết họ là ai.</translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>Examinations</source>
        <translation>Ca chụp</translation>
    </message>
    <message>
        <source>Examinations and their series</source>
        <translation>Các ca chụp và loạt ảnh</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>không tên</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>không có ngày</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>đã đo</translation>
    </message>
    <message>
        <source>new</source>
        <translation>chưa đo</translation>
    </message>
    <message>
        <source>not measurable</source>
        <translation>không đo được</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>Loạt ảnh không tên</translation>
    </message>
    <message>
        <source>second choice</source>
        <translation>lựa chọn thứ hai</translation>
    </message>
    <message>
        <source>Organ: {reason}</source>
        <translation>Cơ quan: {reason}</translation>
    </message>
    <message>
        <source>Scanner&apos;s map: {quantity}</source>
        <translation>Bản đồ của máy chụp: {quantity}</translation>
    </message>
</context>
<context>
    <name>BullseyeView</name>
    <message>
        <source>{area} mm², {pixels} pixels</source>
        <translation>{area} mm², {pixels} điểm ảnh</translation>
    </message>
    <message>
        <source>borders unsure</source>
        <translation>bờ không chắc chắn</translation>
    </message>
</context>
<context>
    <name>BusyBar</name>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Tiến độ</translation>
    </message>
</context>
<context>
    <name>Centre</name>
    <message>
        <source>Organs</source>
        <translation>Cơ quan</translation>
    </message>
    <message>
        <source>Tabs on the left</source>
        <translation>Các thẻ bên trái</translation>
    </message>
    <message>
        <source>Tabs on the right</source>
        <translation>Các thẻ bên phải</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>Tim</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>Gan</translation>
    </message>
    <message>
        <source>Spleen</source>
        <translation>Lách</translation>
    </message>
    <message>
        <source>Pancreas</source>
        <translation>Tụy</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>Cả hai</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>So sánh</translation>
    </message>
</context>
<context>
    <name>ClinicalDialog</name>
    <message>
        <source>Clinical data</source>
        <translation>Dữ liệu lâm sàng</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>không ghi</translation>
    </message>
    <message>
        <source>no</source>
        <translation>không</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>có</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>Chẩn đoán</translation>
    </message>
    <message>
        <source>Transfusion</source>
        <translation>Truyền máu</translation>
    </message>
    <message>
        <source>Splenectomy</source>
        <translation>Cắt lách</translation>
    </message>
    <message>
        <source>Ferritin</source>
        <translation>Ferritin</translation>
    </message>
    <message>
        <source>Haemoglobin</source>
        <translation>Hemoglobin</translation>
    </message>
    <message>
        <source>LV ejection fraction</source>
        <translation>Phân suất tống máu thất trái</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>Chiều cao</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Cân nặng</translation>
    </message>
    <message>
        <source>Chelation</source>
        <translation>Thuốc thải sắt</translation>
    </message>
    <message>
        <source>Decides which follow-up is proposed. Nothing need be told.</source>
        <translation>Dùng để đề xuất lịch theo dõi. Không bắt buộc nhập gì.</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Áp dụng</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Organ</source>
        <translation>Cơ quan</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>So sánh với</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>Liên kết</translation>
    </message>
    <message>
        <source>Organ that is compared</source>
        <translation>Cơ quan được so sánh</translation>
    </message>
    <message>
        <source>What it is compared with</source>
        <translation>Đối tượng so sánh</translation>
    </message>
    <message>
        <source>Echoes of the image that keys act on</source>
        <translation>Các echo của ảnh đang chọn</translation>
    </message>
    <message>
        <source>Slice, echo, zoom and window follow each other (Z)</source>
        <translation>Lát cắt, echo, độ phóng và cửa sổ đi cùng nhau (Z)</translation>
    </message>
    <message>
        <source>Choose above what this examination is to be compared with: another one, or a folder.</source>
        <translation>Hãy chọn ở trên đối tượng để so sánh với ca chụp này: một ca chụp khác, hoặc một thư mục.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Mở thư mục</translation>
    </message>
    <message>
        <source>Case (*{suffix})</source>
        <translation>Hồ sơ ca (*{suffix})</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>Mở hồ sơ ca</translation>
    </message>
    <message>
        <source>Breath-holds of this examination</source>
        <translation>Các lần nín thở của ca chụp này</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>Thư mục...</translation>
    </message>
    <message>
        <source>Case...</source>
        <translation>Hồ sơ ca...</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>Loạt ảnh không tên</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>không có ngày</translation>
    </message>
</context>
<context>
    <name>CornerText</name>
    <message>
        <source>Automatic</source>
        <translation>Tự động</translation>
    </message>
    <message>
        <source>Echo shown</source>
        <translation>Echo đang xem</translation>
    </message>
    <message>
        <source>Last echo</source>
        <translation>Echo cuối</translation>
    </message>
    <message>
        <source>Narrow</source>
        <translation>Hẹp</translation>
    </message>
    <message>
        <source>Wide</source>
        <translation>Rộng</translation>
    </message>
    <message>
        <source>Middle 90 %</source>
        <translation>90 % giữa</translation>
    </message>
    <message>
        <source>All pixels</source>
        <translation>Mọi điểm ảnh</translation>
    </message>
</context>
<context>
    <name>CurvePanel</name>
    <message>
        <source>Model</source>
        <translation>Mô hình</translation>
    </message>
    <message>
        <source>Fit model</source>
        <translation>Mô hình khớp</translation>
    </message>
    <message>
        <source>as the profile says</source>
        <translation>theo cấu hình</translation>
    </message>
    <message>
        <source>Automatic echoes</source>
        <translation>Echo tự động</translation>
    </message>
    <message>
        <source>Let the software choose the echoes again (R)</source>
        <translation>Để phần mềm chọn lại các echo (R)</translation>
    </message>
    <message>
        <source>Echo time (ms)</source>
        <translation>Thời gian vang TE (ms)</translation>
    </message>
    <message>
        <source>Signal</source>
        <translation>Tín hiệu</translation>
    </message>
    <message>
        <source>Residual (% S0)</source>
        <translation>Phần dư (% S0)</translation>
    </message>
    <message>
        <source>Click an echo to drop or restore it, drag the line behind the last one</source>
        <translation>Nhấp vào echo để bỏ hoặc khôi phục, kéo vạch sau echo cuối</translation>
    </message>
    <message>
        <source>Decay curve, {organ}</source>
        <translation>Đường suy giảm, {organ}</translation>
    </message>
    <message>
        <source>All models, {organ}</source>
        <translation>Mọi mô hình, {organ}</translation>
    </message>
    <message>
        <source>Echoes {used} of {total}, {chosen}</source>
        <translation>Echo {used} trên {total}, {chosen}</translation>
    </message>
</context>
<context>
    <name>DeidentifyDialog</name>
    <message>
        <source>De-identify images</source>
        <translation>Khử định danh ảnh</translation>
    </message>
    <message>
        <source>Include screenshots and other images that may show a name</source>
        <translation>Đưa vào cả ảnh chụp màn hình và ảnh có thể hiện tên</translation>
    </message>
    <message>
        <source>Keep all words of series descriptions but the patient&apos;s own</source>
        <translation>Giữ mọi từ trong mô tả loạt ảnh, trừ thông tin của bệnh nhân</translation>
    </message>
    <message>
        <source>Originals</source>
        <translation>Ảnh gốc</translation>
    </message>
    <message>
        <source>Folder for the copies</source>
        <translation>Thư mục cho bản sao</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>Tệp khóa</translation>
    </message>
    <message>
        <source>The key file tells who is behind a pseudonym. Keep it apart from the copies, and use it again: then a patient keeps the pseudonym, and the time between visits stays true.</source>
        <translation>Tệp khóa cho biết ai đứng sau một bí danh. Hãy giữ riêng với các bản sao, và dùng lại tệp này: khi đó bệnh nhân giữ nguyên bí danh, và khoảng cách giữa các lần khám vẫn đúng.</translation>
    </message>
    <message>
        <source>De-identify</source>
        <translation>Khử định danh</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>Duyệt...</translation>
    </message>
    <message>
        <source>Key files (*.json)</source>
        <translation>Tệp khóa (*.json)</translation>
    </message>
</context>
<context>
    <name>DiagnosticsDialog</name>
    <message>
        <source>Diagnostic information</source>
        <translation>Thông tin chẩn đoán lỗi</translation>
    </message>
    <message>
        <source>Copy diagnostic information</source>
        <translation>Sao chép thông tin chẩn đoán lỗi</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>Mở thư mục nhật ký</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Đóng</translation>
    </message>
    <message>
        <source>Something unexpected went wrong</source>
        <translation>Đã xảy ra lỗi không mong đợi</translation>
    </message>
    <message>
        <source>What you did is kept, and you can go on. If it happens again, save your work, start the program anew, and send us the information below.</source>
        <translation>Công việc đã làm vẫn được giữ và có thể làm tiếp. Nếu lỗi lặp lại, hãy lưu công việc, khởi động lại chương trình và gửi cho chúng tôi thông tin bên dưới.</translation>
    </message>
    <message>
        <source>This helps to find out why something does not work.</source>
        <translation>Thông tin này giúp tìm ra vì sao có chỗ không hoạt động.</translation>
    </message>
    <message>
        <source>It tells versions, screens, settings and what failed; no names, numbers or paths of patients. Nothing is sent by itself.</source>
        <translation>Gồm phiên bản, màn hình, thiết lập và lỗi đã xảy ra; không có tên, mã số hay đường dẫn của bệnh nhân. Chương trình không tự gửi gì đi.</translation>
    </message>
    <message>
        <source>It is on the clipboard.</source>
        <translation>Đã chép vào bộ nhớ tạm.</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Examinations</source>
        <translation>Ca chụp</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>Các vùng</translation>
    </message>
    <message>
        <source>Drawing tools</source>
        <translation>Công cụ vẽ</translation>
    </message>
    <message>
        <source>Decay curve</source>
        <translation>Đường suy giảm</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Kết quả</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>Kết luận</translation>
    </message>
    <message>
        <source>drag to move, double click to float, right click to show or hide panels</source>
        <translation>kéo để di chuyển, nhấp đúp để tách rời, nhấp chuột phải để hiện hoặc ẩn các ngăn</translation>
    </message>
    <message>
        <source>Put the panel back</source>
        <translation>Đặt lại ngăn vào chỗ</translation>
    </message>
    <message>
        <source>Hide the panel</source>
        <translation>Ẩn ngăn</translation>
    </message>
</context>
<context>
    <name>EchoStrip</name>
    <message>
        <source>Echo {number}, TE {te} ms</source>
        <translation>Echo {number}, TE {te} ms</translation>
    </message>
    <message>
        <source>Double click drops or restores it (X)</source>
        <translation>Nhấp đúp để bỏ hoặc khôi phục (X)</translation>
    </message>
</context>
<context>
    <name>EchoTimesDialog</name>
    <message>
        <source>Echo times</source>
        <translation>Thời gian vang</translation>
    </message>
    <message>
        <source>These NIfTI images do not tell their echo times (volumes: {number}).
Give them in ms, in the order of the volumes: 1.2, 2.4, 3.6 or first:step:number.</source>
        <translation>Các ảnh NIfTI này không ghi thời gian vang (số khối ảnh: {number}).
Hãy nhập bằng ms, theo thứ tự khối ảnh: 1.2, 2.4, 3.6 hoặc đầu:bước:số lượng.</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Dùng</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Opening...</source>
        <translation>Đang mở...</translation>
    </message>
    <message>
        <source>Images are read, regions proposed and measured.</source>
        <translation>Đang đọc ảnh, đề xuất vùng và đo.</translation>
    </message>
    <message>
        <source>Choose an examination in the list</source>
        <translation>Hãy chọn một ca chụp trong danh sách</translation>
    </message>
    <message>
        <source>Several were found. One click opens it.</source>
        <translation>Tìm thấy nhiều ca. Nhấp một lần để mở.</translation>
    </message>
    <message>
        <source>Nothing here can be measured</source>
        <translation>Ở đây không có gì đo được</translation>
    </message>
    <message>
        <source>The list on the left says why.</source>
        <translation>Xem lý do trong danh sách bên trái.</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>Mở thư mục...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>Mở bệnh nhân mẫu</translation>
    </message>
</context>
<context>
    <name>FileField</name>
    <message>
        <source>Browse...</source>
        <translation>Duyệt...</translation>
    </message>
</context>
<context>
    <name>Filing</name>
    <message>
        <source>Folder for the results</source>
        <translation>Thư mục cho kết quả</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Mở thư mục</translation>
    </message>
    <message>
        <source>Cases and images (*.iqcase *.zip *.dcm *.ima *.nii *.nii.gz DICOMDIR)</source>
        <translation>Hồ sơ ca và ảnh (*.iqcase *.zip *.dcm *.ima *.nii *.nii.gz DICOMDIR)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Mọi tệp (*)</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>Mở tệp</translation>
    </message>
    <message>
        <source>Save case</source>
        <translation>Lưu hồ sơ ca</translation>
    </message>
    <message>
        <source>Cases (*.iqcase)</source>
        <translation>Hồ sơ ca (*.iqcase)</translation>
    </message>
    <message>
        <source>{file} will be final: it can be opened, but not changed any more.</source>
        <translation>{file} sẽ được chốt: vẫn mở được, nhưng không sửa được nữa.</translation>
    </message>
    <message>
        <source>Finish the case</source>
        <translation>Chốt hồ sơ ca</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Chốt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>Đã lưu: {file}</translation>
    </message>
</context>
<context>
    <name>FindingList</name>
    <message>
        <source>Show</source>
        <translation>Xem</translation>
    </message>
</context>
<context>
    <name>FinishDialog</name>
    <message>
        <source>Finish report</source>
        <translation>Hoàn tất báo cáo</translation>
    </message>
    <message>
        <source>printed on the report; the earlier one stays</source>
        <translation>in trên báo cáo; bản trước được giữ lại</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Thư mục kết quả</translation>
    </message>
    <message>
        <source>Sign now with my key, as reporting physician</source>
        <translation>Ký ngay bằng khóa của tôi, với tư cách bác sĩ đọc phim</translation>
    </message>
    <message>
        <source>State of the report</source>
        <translation>Trạng thái báo cáo</translation>
    </message>
    <message>
        <source>Reason of the amendment</source>
        <translation>Lý do sửa đổi</translation>
    </message>
    <message>
        <source>Reporting physician</source>
        <translation>Bác sĩ đọc phim</translation>
    </message>
    <message>
        <source>Reviewing physician</source>
        <translation>Bác sĩ duyệt</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>Ngôn ngữ báo cáo</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>Khổ giấy</translation>
    </message>
    <message>
        <source>A final report stays as it is: what changes later is an amended one. The reviewing physician signs it afterwards (Sign a report...).</source>
        <translation>Báo cáo chính thức được giữ nguyên: thay đổi về sau là báo cáo sửa đổi. Bác sĩ duyệt ký sau đó (Ký báo cáo...).</translation>
    </message>
    <message>
        <source>Write report</source>
        <translation>Ghi báo cáo</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Drag a corner or the region; arrows move it, Backspace removes a corner. Esc ends editing.</source>
        <translation>Kéo một đỉnh hoặc cả vùng; phím mũi tên di chuyển, Backspace bỏ một đỉnh. Esc để kết thúc.</translation>
    </message>
    <message>
        <source>No region yet: draw it by one of the tools on the left</source>
        <translation>Chưa có vùng: hãy vẽ bằng một công cụ bên trái</translation>
    </message>
    <message>
        <source>No region yet: P proposes one, D draws one</source>
        <translation>Chưa có vùng: P để đề xuất, D để vẽ</translation>
    </message>
    <message>
        <source>Click corners. Double click or Enter closes, Backspace removes one, Esc ends.</source>
        <translation>Nhấp các đỉnh. Nhấp đúp hoặc Enter để khép, Backspace bỏ một đỉnh, Esc kết thúc.</translation>
    </message>
    <message>
        <source>Draw around the region with the button held down. Esc ends.</source>
        <translation>Giữ nút chuột và vẽ quanh vùng. Esc kết thúc.</translation>
    </message>
    <message>
        <source>Click where the circle shall be. Esc ends.</source>
        <translation>Nhấp vào chỗ đặt hình tròn. Esc kết thúc.</translation>
    </message>
    <message>
        <source>Paint over the region. Wheel: size. Esc ends.</source>
        <translation>Tô lên vùng. Con lăn: cỡ cọ. Esc kết thúc.</translation>
    </message>
    <message>
        <source>Wipe over the region. Wheel: size. Esc ends.</source>
        <translation>Tẩy trên vùng. Con lăn: cỡ tẩy. Esc kết thúc.</translation>
    </message>
    <message>
        <source>this echo only</source>
        <translation>chỉ echo này</translation>
    </message>
    <message>
        <source>this echo and all later ones</source>
        <translation>echo này và mọi echo sau</translation>
    </message>
    <message>
        <source>Drag or arrows move the region on {echoes}. Comma, full stop: echo. Esc ends.</source>
        <translation>Kéo hoặc dùng phím mũi tên để di chuyển vùng ({echoes}). Phím phẩy, phím chấm: đổi echo. Esc kết thúc.</translation>
    </message>
    <message>
        <source>Drag from corner to corner of its frame. Esc ends.</source>
        <translation>Kéo từ góc này đến góc kia của khung. Esc kết thúc.</translation>
    </message>
    <message>
        <source>A hole is cut.</source>
        <translation>Đang cắt một lỗ.</translation>
    </message>
    <message>
        <source>Shift adds, Alt cuts.</source>
        <translation>Shift thêm, Alt cắt.</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History, {organ}</source>
        <translation>Diễn biến, {organ}</translation>
    </message>
    <message>
        <source>Earlier examinations, {organ}</source>
        <translation>Ca chụp trước, {organ}</translation>
    </message>
    <message>
        <source>Add...</source>
        <translation>Thêm...</translation>
    </message>
    <message>
        <source>Type in an examination from an old report (Shift+Y)</source>
        <translation>Nhập một ca chụp từ báo cáo cũ (Shift+Y)</translation>
    </message>
    <message>
        <source>Change...</source>
        <translation>Sửa...</translation>
    </message>
    <message>
        <source>Only what was typed in can be changed</source>
        <translation>Chỉ sửa được ca đã nhập tay</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Xóa</translation>
    </message>
    <message>
        <source>Only what was typed in can be removed</source>
        <translation>Chỉ xóa được ca đã nhập tay</translation>
    </message>
    <message>
        <source>No earlier value of this organ can be set beside that of this examination.</source>
        <translation>Không có giá trị trước của cơ quan này để đặt cạnh giá trị của ca chụp này.</translation>
    </message>
    <message>
        <source>The images tell no patient ID: earlier examinations cannot be found.</source>
        <translation>Ảnh không ghi mã bệnh nhân: không tìm được ca chụp trước.</translation>
    </message>
    <message>
        <source>The images tell no date: no examination is known to be earlier.</source>
        <translation>Ảnh không ghi ngày chụp: không biết ca nào chụp trước.</translation>
    </message>
    <message>
        <source>No earlier examination of this patient is known.
An examination is kept when its case, report or results are saved, or when you go on to the next one. Values of an old report can be typed in.</source>
        <translation>Chưa có ca chụp trước của bệnh nhân này.
Ca chụp được lưu lại khi lưu hồ sơ ca, báo cáo hoặc kết quả, hoặc khi chuyển sang ca tiếp theo. Có thể nhập giá trị từ báo cáo cũ.</translation>
    </message>
</context>
<context>
    <name>ImpressionCard</name>
    <message>
        <source>Add to the impression:</source>
        <translation>Thêm vào kết luận:</translation>
    </message>
    <message>
        <source>reader&apos;s words</source>
        <translation>lời của người đọc</translation>
    </message>
    <message>
        <source>as proposed</source>
        <translation>theo đề xuất</translation>
    </message>
    <message>
        <source>Clinical...</source>
        <translation>Lâm sàng...</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>Kết luận</translation>
    </message>
    <message>
        <source>As proposed</source>
        <translation>Theo đề xuất</translation>
    </message>
    <message>
        <source>+ Follow-up</source>
        <translation>+ Theo dõi</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Chép</translation>
    </message>
    <message>
        <source>Findings and impression for the hospital&apos;s information system (Ctrl+T)</source>
        <translation>Hình ảnh và kết luận cho hệ thống thông tin bệnh viện (Ctrl+T)</translation>
    </message>
    <message>
        <source>Diagnosis, transfusion, ferritin, chelation (Ctrl+K)</source>
        <translation>Chẩn đoán, truyền máu, ferritin, thải sắt (Ctrl+K)</translation>
    </message>
</context>
<context>
    <name>JobDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
</context>
<context>
    <name>KeyDialog</name>
    <message>
        <source>Make a key to sign with</source>
        <translation>Tạo khóa để ký</translation>
    </message>
    <message>
        <source>as it shall stand in the signature</source>
        <translation>như sẽ hiện trong chữ ký</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Họ tên</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>Bệnh viện</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>Tệp khóa</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Cụm mật khẩu</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>Nhập lại cụm mật khẩu</translation>
    </message>
    <message>
        <source>Keep the key file and its passphrase for yourself: whoever has both signs in your name. The certificate (PEM) beside it is for those who verify your signature.</source>
        <translation>Hãy giữ riêng tệp khóa và cụm mật khẩu: ai có cả hai sẽ ký được dưới tên của bạn. Chứng thư (PEM) bên cạnh dành cho người kiểm tra chữ ký của bạn.</translation>
    </message>
    <message>
        <source>Make key</source>
        <translation>Tạo khóa</translation>
    </message>
</context>
<context>
    <name>KeyFields</name>
    <message>
        <source>Key file</source>
        <translation>Tệp khóa</translation>
    </message>
    <message>
        <source>Keys (*.p12 *.pfx)</source>
        <translation>Khóa (*.p12 *.pfx)</translation>
    </message>
    <message>
        <source>asked each time, never kept</source>
        <translation>hỏi mỗi lần, không bao giờ lưu</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg)</source>
        <translation>Ảnh (*.png *.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>Signature image, if any</source>
        <translation>Ảnh chữ ký, nếu có</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Cụm mật khẩu</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keys and mouse</source>
        <translation>Phím tắt và chuột</translation>
    </message>
    <message>
        <source>Find a key</source>
        <translation>Tìm phím</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Đóng</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Findings and impression are on the clipboard.</source>
        <translation>Đã chép hình ảnh và kết luận vào bộ nhớ tạm.</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Công cụ</translation>
    </message>
    <message>
        <source>For research use; not a certified medical device</source>
        <translation>Chỉ dùng cho nghiên cứu; không phải thiết bị y tế được chứng nhận</translation>
    </message>
</context>
<context>
    <name>MapLayer</name>
    <message>
        <source>Opacity of the map</source>
        <translation>Độ đậm của bản đồ</translation>
    </message>
    <message>
        <source>Map over the image</source>
        <translation>Bản đồ trên ảnh</translation>
    </message>
</context>
<context>
    <name>MethodMenu</name>
    <message>
        <source>Calibration</source>
        <translation>Công thức hiệu chuẩn</translation>
    </message>
    <message>
        <source>Grades</source>
        <translation>Mức độ</translation>
    </message>
    <message>
        <source>as the profile says</source>
        <translation>theo cấu hình</translation>
    </message>
</context>
<context>
    <name>ModelTable</name>
    <message>
        <source>Model</source>
        <translation>Mô hình</translation>
    </message>
    <message>
        <source>Echoes</source>
        <translation>Số echo</translation>
    </message>
    <message>
        <source>Share of the signal&apos;s variation that the fit explains</source>
        <translation>Phần biến thiên tín hiệu mà đường khớp giải thích được</translation>
    </message>
    <message>
        <source>Corrected Akaike criterion: lower is better, among fits of all echoes</source>
        <translation>Tiêu chuẩn Akaike hiệu chỉnh: càng thấp càng tốt, giữa các đường khớp dùng mọi echo</translation>
    </message>
    <message>
        <source>Number of echoes that the fit used</source>
        <translation>Số echo mà đường khớp đã dùng</translation>
    </message>
    <message>
        <source>Suits this curve best: {reason}</source>
        <translation>Hợp nhất với đường cong này: {reason}</translation>
    </message>
    <message>
        <source>For comparison only: biased where T2* is short</source>
        <translation>Chỉ để so sánh: sai lệch khi T2* ngắn</translation>
    </message>
</context>
<context>
    <name>Moved</name>
    <message>
        <source>Region moved on this echo: {right} mm to the right, {down} mm down</source>
        <translation>Vùng được di chuyển trên echo này: sang phải {right} mm, xuống dưới {down} mm</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this message</source>
        <translation>Đóng thông báo này</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Xem trong thư mục</translation>
    </message>
    <message>
        <source>Diagnostic information...</source>
        <translation>Thông tin chẩn đoán lỗi...</translation>
    </message>
</context>
<context>
    <name>OptionBar</name>
    <message>
        <source>Area of the circle</source>
        <translation>Diện tích hình tròn</translation>
    </message>
    <message>
        <source>Brush diameter</source>
        <translation>Đường kính cọ</translation>
    </message>
    <message>
        <source>Wheel, or [ and ]</source>
        <translation>Con lăn, hoặc [ và ]</translation>
    </message>
</context>
<context>
    <name>OrganCard</name>
    <message>
        <source>No region yet.</source>
        <translation>Chưa có vùng.</translation>
    </message>
    <message>
        <source>Calibration and grades (Ctrl+M)</source>
        <translation>Công thức hiệu chuẩn và mức độ (Ctrl+M)</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Đã nhận</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Nhận</translation>
    </message>
    <message>
        <source>Take this region as read (A)</source>
        <translation>Chấp nhận vùng này (A)</translation>
    </message>
    <message>
        <source>95 % CI {interval} ms</source>
        <translation>KTC 95% {interval} ms</translation>
    </message>
    <message>
        <source>Leave out {n} excluded pixels</source>
        <translation>Bỏ {n} điểm ảnh bị loại</translation>
    </message>
    <message>
        <source>Pixels without a fit, badly fitted or outlying: not in the mean signal (O)</source>
        <translation>Điểm ảnh không khớp được, khớp kém hoặc ngoại lai: không tính vào tín hiệu trung bình (O)</translation>
    </message>
    <message>
        <source>{n}/{total} excluded</source>
        <translation>loại {n}/{total}</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Mean signal</source>
        <translation>Tín hiệu trung bình</translation>
    </message>
    <message>
        <source>Pixel median</source>
        <translation>Trung vị</translation>
    </message>
    <message>
        <source>Excluded pixels: without a value, or outliers</source>
        <translation>Điểm ảnh bị loại: không có giá trị, hoặc ngoại lai</translation>
    </message>
    <message>
        <source>Reported: {method}</source>
        <translation>Được báo cáo: {method}</translation>
    </message>
    <message>
        <source>{area} mm², {pixels} pixels</source>
        <translation>{area} mm², {pixels} điểm ảnh</translation>
    </message>
    <message>
        <source>confidence {value}</source>
        <translation>độ tin cậy {value}</translation>
    </message>
    <message>
        <source>Dice {value} with the proposal</source>
        <translation>Dice {value} so với đề xuất</translation>
    </message>
    <message>
        <source>T2* {percent} %</source>
        <translation>T2* {percent} %</translation>
    </message>
    <message>
        <source>Region: {words}</source>
        <translation>Vùng: {words}</translation>
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
        <translation>Loạt ảnh</translation>
    </message>
    <message>
        <source>Image, {organ}</source>
        <translation>Ảnh, {organ}</translation>
    </message>
    <message>
        <source>Echoes, {organ}</source>
        <translation>Các echo, {organ}</translation>
    </message>
    <message>
        <source>Series that is measured</source>
        <translation>Loạt ảnh được đo</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>Lát cắt</translation>
    </message>
    <message>
        <source>column {column}, row {row}</source>
        <translation>cột {column}, hàng {row}</translation>
    </message>
    <message>
        <source>signal {value}</source>
        <translation>tín hiệu {value}</translation>
    </message>
    <message>
        <source>echoes {values}</source>
        <translation>các echo {values}</translation>
    </message>
    <message>
        <source>Series without a name</source>
        <translation>Loạt ảnh không tên</translation>
    </message>
    <message>
        <source>second choice</source>
        <translation>lựa chọn thứ hai</translation>
    </message>
    <message>
        <source>Scanner&apos;s map: {quantity}</source>
        <translation>Bản đồ của máy chụp: {quantity}</translation>
    </message>
    <message>
        <source>Slice {position}</source>
        <translation>Lát cắt {position}</translation>
    </message>
    <message>
        <source>Echo {position}</source>
        <translation>Echo {position}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find a command</source>
        <translation>Tìm lệnh</translation>
    </message>
    <message>
        <source>No command of this name.</source>
        <translation>Không có lệnh nào tên như vậy.</translation>
    </message>
    <message>
        <source>Name of a command</source>
        <translation>Tên lệnh</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Các lệnh</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>No image of this organ</source>
        <translation>Không có ảnh của cơ quan này</translation>
    </message>
    <message>
        <source>Measuring...</source>
        <translation>Đang đo...</translation>
    </message>
    <message>
        <source>No region yet.</source>
        <translation>Chưa có vùng.</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>Đang dùng</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Dùng</translation>
    </message>
    <message>
        <source>Measure the organ on this breath-hold (Ctrl+Enter)</source>
        <translation>Đo cơ quan trên lần nín thở này (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Image, {organ}</source>
        <translation>Ảnh, {organ}</translation>
    </message>
    <message>
        <source>Echo {position}</source>
        <translation>Echo {position}</translation>
    </message>
    <message>
        <source>Slice {position}</source>
        <translation>Lát cắt {position}</translation>
    </message>
</context>
<context>
    <name>PatientBar</name>
    <message>
        <source>T2* and iron of heart and liver</source>
        <translation>T2* và sắt của tim và gan</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>không tên</translation>
    </message>
</context>
<context>
    <name>Printing</name>
    <message>
        <source>Print report</source>
        <translation>In báo cáo</translation>
    </message>
    <message>
        <source>Print preview</source>
        <translation>Xem trước bản in</translation>
    </message>
</context>
<context>
    <name>PriorDialog</name>
    <message>
        <source>Earlier examination from a report</source>
        <translation>Ca chụp trước từ báo cáo</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>không rõ</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Ngày</translation>
    </message>
    <message>
        <source>Field strength</source>
        <translation>Từ trường</translation>
    </message>
    <message>
        <source>Heart T2*</source>
        <translation>T2* tim</translation>
    </message>
    <message>
        <source>Liver LIC</source>
        <translation>LIC gan</translation>
    </message>
    <message>
        <source>Liver T2*</source>
        <translation>T2* gan</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Phương pháp</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Nhận xét</translation>
    </message>
    <message>
        <source>software, model, calibration</source>
        <translation>phần mềm, mô hình, công thức hiệu chuẩn</translation>
    </message>
    <message>
        <source>A value from a report keeps its own method: the line of the history breaks beside it, and no change is claimed.</source>
        <translation>Giá trị từ báo cáo giữ phương pháp riêng: đường diễn biến ngắt ở đó, và không kết luận có thay đổi.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Lưu giữ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
</context>
<context>
    <name>QLineEdit</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Hoàn tác</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Làm lại</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>Cắ&amp;t</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>Sao &amp;chép</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Dán</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Xóa</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>Chọn tất cả</translation>
    </message>
</context>
<context>
    <name>QWidgetTextControl</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Hoàn tác</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Làm lại</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>Cắ&amp;t</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>Sao &amp;chép</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Dán</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Xóa</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>Chọn tất cả</translation>
    </message>
</context>
<context>
    <name>RecentList</name>
    <message>
        <source>Recent work</source>
        <translation>Công việc gần đây</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Mở</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Bỏ khỏi danh sách</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>không tên</translation>
    </message>
    <message>
        <source>{n} examinations</source>
        <translation>{n} ca chụp</translation>
    </message>
    <message>
        <source>No longer there: moved, renamed or deleted</source>
        <translation>Không còn ở đó: đã bị di chuyển, đổi tên hoặc xóa</translation>
    </message>
    <message>
        <source>Its folder cannot be reached: is the drive or network share connected?</source>
        <translation>Không truy cập được thư mục: ổ đĩa hoặc thư mục mạng đã kết nối chưa?</translation>
    </message>
    <message>
        <source>You have no right to read it</source>
        <translation>Không có quyền đọc</translation>
    </message>
    <message>
        <source>opened</source>
        <translation>đã mở</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>chưa lưu</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>đã lưu</translation>
    </message>
    <message>
        <source>final</source>
        <translation>đã chốt</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>hôm nay {time}</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>hôm qua {time}</translation>
    </message>
</context>
<context>
    <name>RegionList</name>
    <message>
        <source>Regions: {organ}</source>
        <translation>Vùng: {organ}</translation>
    </message>
    <message>
        <source>to be drawn</source>
        <translation>cần vẽ</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Tên</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>T2* (ms)</source>
        <translation>T2* (ms)</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>Các vùng</translation>
    </message>
    <message>
        <source>Mark: the region that is reported. Double click or F2: another name. Delete: take away.</source>
        <translation>Dấu: vùng được báo cáo. Nhấp đúp hoặc F2: đổi tên. Delete: xóa.</translation>
    </message>
    <message>
        <source>New region (Ctrl+N)</source>
        <translation>Vùng mới (Ctrl+N)</translation>
    </message>
    <message>
        <source>Delete the region (Del)</source>
        <translation>Xóa vùng (Del)</translation>
    </message>
</context>
<context>
    <name>ReportDesk</name>
    <message>
        <source>Saved: {file}</source>
        <translation>Đã lưu: {file}</translation>
    </message>
    <message>
        <source>The DICOM report is marked as verified.</source>
        <translation>Báo cáo DICOM đã được đánh dấu là đã xác nhận.</translation>
    </message>
    <message>
        <source>Verify a report</source>
        <translation>Kiểm tra báo cáo</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>Tệp PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Trust a certificate</source>
        <translation>Tin cậy chứng thư</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer *.der)</source>
        <translation>Chứng thư (*.pem *.crt *.cer *.der)</translation>
    </message>
    <message>
        <source>Trust signatures of {name} on this computer?</source>
        <translation>Tin cậy chữ ký của {name} trên máy này?</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Tin cậy</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Save report</source>
        <translation>Lưu báo cáo</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>Duyệt...</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>Ngôn ngữ của báo cáo</translation>
    </message>
    <message>
        <source>State of the report</source>
        <translation>Trạng thái báo cáo</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Tệp</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Lưu</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>Tệp PDF (*.pdf)</translation>
    </message>
</context>
<context>
    <name>ReportState</name>
    <message>
        <source>Draft, not reviewed</source>
        <translation>Bản nháp, chưa duyệt</translation>
    </message>
    <message>
        <source>Preliminary report</source>
        <translation>Báo cáo sơ bộ</translation>
    </message>
    <message>
        <source>Final report</source>
        <translation>Báo cáo chính thức</translation>
    </message>
    <message>
        <source>Amended report</source>
        <translation>Báo cáo sửa đổi</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Results</source>
        <translation>Kết quả</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Cấu hình</translation>
    </message>
    <message>
        <source>Calibration, models and grades that are used</source>
        <translation>Công thức hiệu chuẩn, mô hình và mức độ được dùng</translation>
    </message>
</context>
<context>
    <name>SecondScreen</name>
    <message>
        <source>Images</source>
        <translation>Ảnh</translation>
    </message>
</context>
<context>
    <name>SignDialog</name>
    <message>
        <source>Sign a report</source>
        <translation>Ký báo cáo</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Báo cáo</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>Tệp PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Choose the PDF of a report, in the folder of its results.</source>
        <translation>Chọn tệp PDF của báo cáo trong thư mục kết quả.</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>Ký</translation>
    </message>
    <message>
        <source>You sign as reporting physician, the first of two.</source>
        <translation>Bạn ký với tư cách bác sĩ đọc phim, chữ ký thứ nhất trong hai.</translation>
    </message>
    <message>
        <source>You sign as reviewing physician, the second of two.</source>
        <translation>Bạn ký với tư cách bác sĩ duyệt, chữ ký thứ hai trong hai.</translation>
    </message>
    <message>
        <source>Both have signed.</source>
        <translation>Cả hai đã ký.</translation>
    </message>
</context>
<context>
    <name>SliceTable</name>
    <message>
        <source>Slices of {region}, {organ}</source>
        <translation>Các lát cắt của {region}, {organ}</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Open folder...</source>
        <translation>Mở thư mục...</translation>
    </message>
    <message>
        <source>Open file or case...</source>
        <translation>Mở tệp hoặc hồ sơ ca...</translation>
    </message>
    <message>
        <source>Open the sample patient</source>
        <translation>Mở bệnh nhân mẫu</translation>
    </message>
    <message>
        <source>One reading was not saved. It is kept on this computer.</source>
        <translation>Có một lần đọc chưa được lưu. Lần đọc này được giữ trên máy này.</translation>
    </message>
    <message>
        <source>{n} readings were not saved. They are kept on this computer.</source>
        <translation>Có {n} lần đọc chưa được lưu. Chúng được giữ trên máy này.</translation>
    </message>
    <message>
        <source>T2* and iron of heart and liver</source>
        <translation>T2* và sắt của tim và gan</translation>
    </message>
    <message>
        <source>Drop a folder, a file or a case here</source>
        <translation>Thả thư mục, tệp hoặc hồ sơ ca vào đây</translation>
    </message>
    <message>
        <source>Recover...</source>
        <translation>Khôi phục...</translation>
    </message>
    <message>
        <source>Work to recover</source>
        <translation>Công việc cần khôi phục</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>Hướng dẫn làm quen</translation>
    </message>
    <message>
        <source>Recent work</source>
        <translation>Công việc gần đây</translation>
    </message>
    <message>
        <source>Forget all</source>
        <translation>Xóa danh sách</translation>
    </message>
    <message>
        <source>Empty this list; no image and no case is deleted</source>
        <translation>Làm trống danh sách này; không ảnh hay hồ sơ ca nào bị xóa</translation>
    </message>
    <message>
        <source>No recent work</source>
        <translation>Chưa có công việc gần đây</translation>
    </message>
    <message>
        <source>Open a folder with T2* images, or try the sample patient. What you open stands here.</source>
        <translation>Hãy mở thư mục chứa ảnh T2*, hoặc thử với bệnh nhân mẫu. Những gì đã mở sẽ hiện ở đây.</translation>
    </message>
    <message>
        <source>Enter opens   ·   Delete removes from the list</source>
        <translation>Enter: mở   ·   Delete: bỏ khỏi danh sách</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Back</source>
        <translation>Quay lại</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>Kết thúc</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Xong</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Tiếp</translation>
    </message>
    <message>
        <source>Examinations</source>
        <translation>Lần khám</translation>
    </message>
    <message>
        <source>What you opened, with its series. The mark tells what is measured already. The next ones are read and proposed while you work.</source>
        <translation>Các lần khám đã mở và chuỗi ảnh của chúng. Dấu cho biết lần nào đã đo. Các lần kế tiếp được đọc và đề xuất vùng trong khi bạn làm việc.</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Ảnh</translation>
    </message>
    <message>
        <source>The wheel changes the echo, Shift and the wheel the slice, Ctrl and the wheel the size. Drag with the right button for window and level. {map} lays the T2* map over the image.</source>
        <translation>Con lăn đổi echo, Shift và con lăn đổi lát cắt, Ctrl và con lăn đổi kích thước. Kéo nút phải để chỉnh cửa sổ và mức. {map} phủ bản đồ T2* lên ảnh.</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>Các vùng</translation>
    </message>
    <message>
        <source>Septum and liver are proposed when you open. Drag an outline to move it, draw with these tools, or let it be proposed anew with {propose}. {undo} takes everything back.</source>
        <translation>Vách liên thất và gan được đề xuất khi mở. Kéo đường viền để di chuyển, vẽ bằng các công cụ này, hoặc đề xuất lại bằng {propose}. {undo} hoàn tác mọi thao tác.</translation>
    </message>
    <message>
        <source>Decay curve</source>
        <translation>Đường suy giảm</translation>
    </message>
    <message>
        <source>Click on an echo to drop it, drag the line to cut the late ones off, choose a model: every number follows at once. The table compares all models.</source>
        <translation>Nhấp vào một echo để bỏ, kéo đường thẳng để cắt các echo muộn, chọn mô hình: mọi con số đổi theo ngay. Bảng so sánh tất cả mô hình.</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Kết quả</translation>
    </message>
    <message>
        <source>T2*, R2*, iron and grade of each organ with their precision, and what is doubtful. {accept} accepts the active organ, {refuse} says that it cannot be assessed.</source>
        <translation>T2*, R2*, sắt và mức độ của từng cơ quan kèm độ chính xác, và những điểm đáng ngờ. {accept} chấp nhận cơ quan đang chọn, {refuse} ghi là không đánh giá được.</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>Kết luận</translation>
    </message>
    <message>
        <source>Worded by rules from the numbers; write over it where you know better. {copy} copies findings and impression for the hospital&apos;s system.</source>
        <translation>Được soạn theo quy tắc từ các con số; bạn có thể sửa lại theo nhận định của mình. {copy} sao chép mô tả và kết luận cho hệ thống của bệnh viện.</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>Hoàn tất</translation>
    </message>
    <message>
        <source>{report} writes the report, {next} accepts all and opens the next examination. {keys} shows every key, {palette} finds any command by its name.</source>
        <translation>{report} lưu báo cáo, {next} chấp nhận tất cả và mở lần khám kế tiếp. {keys} hiện mọi phím, {palette} tìm lệnh theo tên.</translation>
    </message>
</context>
<context>
    <name>UnfinishedDialog</name>
    <message>
        <source>Unfinished work</source>
        <translation>Công việc dở dang</translation>
    </message>
    <message>
        <source>Examination</source>
        <translation>Ca chụp</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>Lần sửa cuối</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Ảnh</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Mở</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Bỏ đi</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Để sau</translation>
    </message>
    <message>
        <source>These readings were not saved as a case. They are kept on this computer until they are saved or discarded, and come back too when the same images are opened.</source>
        <translation>Các lần đọc này chưa được lưu thành hồ sơ ca. Chúng được giữ trên máy này cho đến khi được lưu hoặc bỏ đi, và cũng trở lại khi mở cùng các ảnh đó.</translation>
    </message>
</context>
<context>
    <name>VerifyDialog</name>
    <message>
        <source>Verify a report</source>
        <translation>Kiểm tra báo cáo</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Đóng</translation>
    </message>
    <message>
        <source>Another report...</source>
        <translation>Báo cáo khác...</translation>
    </message>
    <message>
        <source>Trust a certificate...</source>
        <translation>Tin cậy chứng thư...</translation>
    </message>
    <message>
        <source>The PEM file that a signer gave you; compare its fingerprint first.</source>
        <translation>Tệp PEM do người ký đưa; hãy so dấu vân tay trước.</translation>
    </message>
    <message>
        <source>Verified: signed by people trusted on this computer, and unchanged.</source>
        <translation>Hợp lệ: do người được tin cậy trên máy này ký, và không thay đổi.</translation>
    </message>
    <message>
        <source>NOT verified: this report is not what was issued and signed.</source>
        <translation>KHÔNG hợp lệ: báo cáo này không phải bản đã phát hành và ký.</translation>
    </message>
    <message>
        <source>Unchanged, but NOT verified: see below.</source>
        <translation>Không thay đổi, nhưng CHƯA hợp lệ: xem bên dưới.</translation>
    </message>
    <message>
        <source>NOT verified: nobody has signed this report.</source>
        <translation>KHÔNG hợp lệ: chưa ai ký báo cáo này.</translation>
    </message>
</context>
<context>
    <name>_Question</name>
    <message>
        <source>What is not saved cannot be kept, and would be lost.</source>
        <translation>Phần chưa lưu không giữ lại được và sẽ bị mất.</translation>
    </message>
    <message>
        <source>Close and lose it</source>
        <translation>Đóng và bỏ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Hủy</translation>
    </message>
</context>
</TS>
