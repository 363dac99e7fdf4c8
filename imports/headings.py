"""The words that stand over columns in sheets as they come, and those over what must never be kept.

A heading is matched without accents, case, spaces and punctuation, so one spelling each is enough.
The surest comes first: where two columns of a sheet mean the same, the earlier one has the say.
"""


def any_of(headings: str) -> tuple[str, ...]:
    """Return headings that were written one after the other, apart by semicolons."""
    return tuple(heading.strip() for heading in headings.split(";"))


PERSON_NAME = any_of(
    "Họ tên; Họ và tên cán bộ; Họ tên cán bộ; Họ tên GV; Họ và tên GV; Tên đầy đủ; "
    "Họ tên giáo viên; Họ và tên giáo viên; Họ tên CBGVNV; Họ và tên CBGVNV; Hoten; "
    "Họ tên thành viên; Họ và tên thành viên; Tên thành viên; Họ, tên; Họ chữ đệm và tên; "
    "Họ tên nhân viên; Họ và tên nhân viên; Họ tên cán bộ, giáo viên; Tên giáo viên; "
    "Họ, chữ đệm và tên; Họ tên đầy đủ; Tên cán bộ; Full name; Họ & tên"
)
FAMILY_NAME = any_of("Họ đệm; Họ và đệm; Họ; Họ lót; Họ và tên đệm; Họ và chữ đệm; Họ, đệm")
GIVEN_NAME = any_of("Tên; Tên gọi")
BIRTH = any_of(
    "Ngày tháng năm sinh; Năm sinh; Ngày, tháng, năm sinh; NTNS; Ngày/tháng/năm sinh; "
    "Ngày sinh hoặc năm sinh; Ngày sinh/Năm sinh; Sinh ngày; Sinh năm; NS; Ngày sinh GV; "
    "Date of birth; Ngày sinh, năm sinh; Ngày (năm) sinh; Ngày/năm sinh"
)
PHONE = any_of(
    "Số điện thoại; SĐT; Số ĐT; ĐT; Điện thoại liên hệ; SĐT liên hệ; Di động; "
    "Số điện thoại liên hệ; Số di động; ĐTDĐ; Điện thoại di động; Số điện thoại di động; "
    "Số ĐTDĐ; Số máy; Mobile; Phone; Tel; SĐT di động; Số Zalo; Zalo; SĐT Zalo; "
    "Số điện thoại (Zalo); Số điện thoại/Zalo; Số liên hệ; SĐT cán bộ; SĐT GV"
)
EMAIL = any_of(
    "E-mail; Thư điện tử; Địa chỉ email; Địa chỉ thư điện tử; Hòm thư; Mail; Email công vụ"
)
COMMUNE = any_of(
    "Xã, phường, thị trấn; Xã/phường; Xã, phường; Phường/xã; Phường, xã; Xã; Phường; Tên xã; "
    "Tên xã/phường; Tên xã, phường; Tên xã, phường, thị trấn; UBND xã; Thị trấn; "
    "UBND xã, phường; UBND xã/phường; UBND xã, phường, thị trấn; Xã/thị trấn; Xã, thị trấn; "
    "Đơn vị hành chính cấp xã; Cấp xã; UBND cấp xã; Thuộc xã; Thuộc xã, phường; Xã/P/TT; "
    "Đơn vị hành chính; Địa bàn; UBND; Phường/Xã/Thị trấn; Tên xã/phường/thị trấn"
)
DISTRICT = any_of(
    "Huyện; Huyện, thành phố; Huyện, thị xã, thành phố; Huyện/thị xã/thành phố; Quận/huyện; "
    "Quận, huyện; Tên huyện; Thành phố; Thuộc huyện; Huyện/TP; Huyện, TX, TP; Thị xã; "
    "UBND huyện; Phòng GD&ĐT; Phòng GDĐT; Phòng giáo dục; Huyện/TX/TP; Tên huyện/thành phố"
)
SINCE = any_of(
    "Tham gia từ ngày; Ngày bắt đầu; Từ ngày; Ngày vào tổ; Tham gia từ; Thời gian tham gia; "
    "Ngày tuyển dụng; Ngày về trường; Ngày vào ngành; Ngày công tác; Ngày bắt đầu công tác"
)
VILLAGE = any_of(
    "Thôn, tổ dân phố; Thôn/TDP; Thôn, TDP; Thôn; Tổ dân phố; TDP; Thôn, bản; Thôn/bản; "
    "Tên thôn; Tên tổ dân phố; Tên thôn, tổ dân phố; Tên thôn/tổ dân phố; Tên thôn/TDP; Bản; "
    "Thôn, bản, tổ dân phố; Thôn/bản/tổ dân phố; Khu phố; Khu dân cư; Xóm; Thôn (TDP); Làng; "
    "Tên thôn, bản, tổ dân phố; Tên thôn/bản/TDP; Tổ CNSCĐ thôn; Thôn/xóm; Thôn/khu phố"
)
MINISTRY_ID = any_of(
    "Mã định danh Bộ; Mã định danh GD&ĐT; Mã định danh ngành; Mã định danh CSDL ngành; "
    "Mã CBGVNV; Mã định danh Bộ GDĐT; Mã định danh Bộ Giáo dục và Đào tạo; Mã Bộ GD&ĐT; "
    "Mã CSDL ngành"
)

# Team members.
ROLE = any_of(
    "Chức vụ trong tổ; Vai trò trong tổ; Vai trò; Nhiệm vụ trong tổ; Chức danh tổ; "
    "Chức danh trong tổ CNSCĐ; Chức vụ trong tổ CNSCĐ; Chức danh; Vai trò trong tổ CNSCĐ; "
    "Chức vụ trong tổ công nghệ số cộng đồng; Chức danh trong tổ công nghệ số cộng đồng; "
    "Tổ trưởng/Tổ phó/Thành viên"
)
CATEGORY = any_of("Thành phần tham gia; Đối tượng; Nhóm đối tượng; Lực lượng; Nhóm thành phần")
SLOT = any_of(
    "Chức vụ công tác; Chức vụ chính quyền; Chức vụ hiện nay; Chức vụ đang đảm nhiệm; "
    "Chức vụ hiện tại; Chức vụ/nghề nghiệp; Chức vụ, đơn vị; Công việc hiện nay; "
    "Chức vụ, đơn vị công tác; Chức vụ/đơn vị công tác; Nghề nghiệp"
)
EMPLOYER = any_of("Cơ quan công tác; Cơ quan; Nơi công tác; Cơ quan, đơn vị; Nơi làm việc; Đơn vị")
TASK = any_of(
    "Nhiệm vụ; Nhiệm vụ được phân công; Phân công nhiệm vụ; Phân công; Công việc được giao"
)

# Teachers.
SCHOOL = any_of(
    "Trường; Trường học; Tên trường học; Tên cơ sở giáo dục; Cơ sở giáo dục; Trường công tác; "
    "Đơn vị trường; Tên đơn vị; Đơn vị công tác; Nơi công tác; Nhà trường; Đơn vị; "
    "Cơ quan công tác"
)
STAFF_ID = any_of("Mã cán bộ; Mã CB; Mã giáo viên; Mã GV; Mã nhân sự; Mã CB, GV, NV; Mã CBGV")
STATUS = any_of(
    "Trạng thái làm việc; Tình trạng; Trạng thái cán bộ; Trạng thái CBGVNV; Tình trạng công tác"
)
POSITION = any_of(
    "Vị trí công tác; Chức vụ; Chức danh; Nhóm chức vụ; Vị trí; Loại cán bộ; "
    "Chức danh nghề nghiệp; Công việc; Loại CBGVNV; Nhiệm vụ"
)
RESIDENCE_VILLAGE = any_of(
    "Thôn/tổ dân phố cư trú; Nơi cư trú thôn; Nơi cư trú thôn/tổ dân phố; TDP cư trú; "
    "Thôn nơi cư trú; Nơi cư trú thôn, tổ dân phố; Thôn, tổ dân phố cư trú"
)
RESIDENCE_COMMUNE = any_of(
    "Xã/phường cư trú; Xã, phường cư trú; Nơi cư trú xã; Nơi cư trú xã/phường; "
    "Nơi cư trú xã, phường; Xã nơi cư trú; Phường cư trú; Nơi cư trú xã/phường/thị trấn"
)

# Villages.
HOUSEHOLDS = any_of("Số hộ dân; Số hộ gia đình; Tổng số hộ; Số hộ (hộ); Hộ; Hộ dân")
VILLAGE_CODE = any_of("Mã; Mã thôn/tổ dân phố; Mã thôn, tổ dân phố; Mã đơn vị; Mã TDP")

# Schools.
SCHOOL_NAME = any_of(
    "Trường; Tên trường học; Trường học; Tên cơ sở giáo dục; Cơ sở giáo dục; Tên đơn vị; Đơn vị; "
    "Nhà trường; Tên"
)
SCHOOL_LEVEL = any_of("Cấp học; Loại hình trường; Cấp trường; Bậc học; Loại hình; Cấp; Loại")
SCHOOL_ID = any_of("Mã trường; Mã định danh; Mã định danh trường; Mã đơn vị; Mã")
MANAGED_BY = any_of(
    "Đơn vị quản lý; Cơ quan chủ quản; Trực thuộc; Đơn vị chủ quản; Cấp quản lý; Thuộc"
)

# Never kept, whatever stands under them: in whole words, without accents. "Bố" (father), which would
# be the ministry's "Bộ" without them, is told apart where headings are matched.
FORBIDDEN = any_of(
    "cccd; cmnd; cmtnd; cmt; can cuoc; chung minh nhan dan; chung minh thu; cmtqd; dinh danh; "
    "so ddcn; ma ddcn; ddcn; ho chieu; passport; so the; giay to; cha; me; phu huynh; giam ho; "
    "nguoi do dau; vo; chong; con; ho ten bo; ho va ten bo; ten bo; sdt bo; gia dinh; "
    "than nhan; hon nhan; dia chi; ho khau; que quan; nguyen quan; que; thuong tru; tam tru; "
    "noi o; cho o; noi sinh; so nha; ho khau thuong tru; tai khoan; so tk; stk; bhxh; bhyt; "
    "bao hiem; ma so thue; mst; tien luong; dan toc; ton giao; dang vien; vao dang; chinh tri; "
    "suc khoe; benh; nhom mau; khuyet tat; he so luong; bac luong; muc luong; van tay; "
    "sinh trac; tien an; ho ngheo; can ngheo"
)
