"""What the template tells authors: how each type is written, and an example of each."""

from quizzes.exchange.parsed import Parsed

HOW_TO = (
    (
        "Cách làm",
        "Ghi câu hỏi vào trang “Câu hỏi”, mỗi dòng một câu. Cột “Loại” và “Câu hỏi” bắt buộc.",
    ),
    (
        "Cột chung",
        "Mã: tên riêng của câu hỏi. Chuẩn đầu ra, Độ khó: chọn trong danh sách. Giải thích: hiện sau "
        "khi trả lời, dù đúng hay sai. Thẻ: cách nhau bằng dấu phẩy.",
    ),
    (
        "Tin nhắn",
        "Nếu câu hỏi kèm một tin nhắn để nhận xét: ghi người gửi và nội dung tin.",
    ),
    (
        "Một lựa chọn",
        "Phương án A, B, C… và chữ cái của phương án đúng ở cột Đáp án, ví dụ: B. Phương án đúng một "
        "phần ghi thêm phần trăm: B; C 50%",
    ),
    (
        "Nhiều lựa chọn",
        "Đáp án ghi các chữ cái đúng: A, C. Muốn tính khác nhau thì ghi phần trăm cho từng chữ: "
        "A 70%; C 30%; D -50%",
    ),
    ("Đúng/Sai", "Đáp án ghi: Đúng hoặc Sai."),
    (
        "Ghép đôi",
        "Mỗi phương án ghi: vế trái = vế phải. Vế phải thừa để gây nhiễu ghi: ~ vế phải. Dấu bằng "
        "trong chữ ghi là \\=",
    ),
    ("Sắp xếp", "Ghi các bước vào Phương án A, B, C… theo thứ tự đúng."),
    (
        "Trả lời ngắn",
        "Đáp án: các câu trả lời được chấp nhận, mỗi câu một dòng hoặc cách nhau bằng dấu |. Câu được "
        "một phần điểm ghi thêm: [50%]. Không phân biệt hoa thường và dấu, trừ khi Tùy chọn ghi: đúng "
        "từng chữ.",
    ),
    (
        "Số",
        "Đáp án: 3,14 hoặc 3,14 ± 0,01. Có thể ghi nhiều dòng, kèm [50%]. Đơn vị ghi ở cột riêng.",
    ),
    (
        "Điền chỗ trống",
        "Trong câu hỏi, mỗi chỗ trống ghi trong ngoặc nhọn. Chọn: {=đúng|~sai|~sai}. Gõ chữ: "
        "{=đáp án|=đáp án khác}. Gõ số: {#12 ± 1}. Dấu ngoặc nhọn và dấu | trong chữ ghi là \\{ \\} \\|",
    ),
    (
        "Tìm dấu hiệu",
        "Ghi tin nhắn vào cột Tin nhắn, đặt mỗi chỗ đáng ngờ trong [[hai ngoặc vuông]]. Phản hồi A, B, "
        "C… giải thích từng chỗ theo thứ tự. Dấu | chia chữ còn lại thành nhiều đoạn để chọn.",
    ),
    (
        "Phản hồi",
        "Phản hồi A, B, C…: nói với người chọn phương án A, B, C… Phản hồi khi đúng, khi đúng một "
        "phần, khi sai: nói về cả câu.",
    ),
    (
        "Tùy chọn",
        "Có thể ghi, cách nhau bằng dấu chấm phẩy: giữ thứ tự (không xáo phương án); đúng từng chữ; "
        "dấu * thay chữ (trong trả lời ngắn); điểm 2.",
    ),
)

_SAID = {"feedback_right": "Đúng.", "feedback_wrong": "Chưa đúng, bạn đọc lại bài nhé."}


def _option(text: str, feedback: str, *, correct: bool = False) -> dict:
    return {"text": text, "correct": correct, "feedback": feedback}


EXAMPLES = (
    Parsed(
        "single_choice",
        {
            "stem": "Bác Tư nhận được tin này. Bác nên làm gì?",
            "message": {"from": "Số lạ", "text": "Hồ sơ của bác bị lỗi, bấm vào đây để sửa."},
            "options": [
                _option("Bấm vào xem thử.", "Chỉ bấm cũng có thể tải ứng dụng độc về máy."),
                _option("Gọi công an xã theo số đã biết.", "Đúng.", correct=True),
                _option("Chuyển cho con hỏi hộ.", "Chuyển tiếp làm thêm người dính bẫy."),
            ],
            "explanation": "Cơ quan nhà nước không sửa hồ sơ qua đường liên kết trong tin nhắn.",
        },
        1,
        name="vi-du-1",
        tags=("tinh-huong",),
        difficulty=1,
    ),
    Parsed(
        "multiple_choice",
        {
            "stem": "Chọn tất cả những mật khẩu khó đoán.",
            "options": [
                _option("vai-thieu-mua-ha-37", "", correct=True),
                _option("12345678", "Ai cũng thử dãy này trước."),
                _option("Cau-Ao-Nuoc-Trong", "", correct=True),
                _option("ngày sinh của mình", "Người quen biết ngày này."),
            ],
        },
        1,
        name="vi-du-2",
        difficulty=2,
    ),
    Parsed(
        "true_false",
        {"stem": "Mã OTP có thể đọc cho nhân viên ngân hàng.", "answer": False, **_SAID},
        1,
    ),
    Parsed(
        "matching",
        {
            "stem": "Ghép việc cần làm với ứng dụng.",
            "pairs": [
                {"left": "Nộp hồ sơ khai sinh", "right": "Cổng dịch vụ công"},
                {"left": "Xuất trình căn cước", "right": "VNeID"},
            ],
            "distractors": ["Máy ảnh"],
            **_SAID,
        },
        1,
    ),
    Parsed(
        "ordering",
        {
            "stem": "Xếp các bước quét mã QR.",
            "items": ["Mở máy ảnh", "Hướng vào mã", "Đọc kỹ địa chỉ"],
            **_SAID,
        },
        1,
    ),
    Parsed(
        "short_answer",
        {
            "stem": "Tổng đài nào báo tin lừa đảo?",
            "accepted": [
                "156",
                {"text": "5656", "worth": 50, "feedback": "Đầu số này nhận tin nhắn."},
            ],
            "hint": "một con số",
            **_SAID,
        },
        1,
    ),
    Parsed(
        "numerical",
        {
            "stem": "Một GB bằng khoảng bao nhiêu MB?",
            "answers": [{"value": "1000", "tolerance": "24"}],
            "unit": "MB",
            **_SAID,
        },
        1,
    ),
    Parsed(
        "cloze",
        {
            "stem": "Mật khẩu cần ít nhất [[1]] ký tự và [[2]] cho ai biết.",
            "gaps": [
                {"kind": "numerical", "answers": [{"value": "12", "tolerance": "0"}]},
                {
                    "kind": "single_choice",
                    "options": [_option("không", "", correct=True), _option("nên", "")],
                },
            ],
        },
        1,
    ),
    Parsed(
        "spot",
        {
            "stem": "Đánh dấu những chỗ đáng ngờ.",
            "parts": [
                {"text": "Chào bác, ", "suspicious": False, "feedback": ""},
                {
                    "text": "tài khoản của bác bị khóa",
                    "suspicious": True,
                    "feedback": "Dọa để bác vội.",
                },
                {"text": ". Bấm ", "suspicious": False, "feedback": ""},
                {"text": "nganhang-vn.top", "suspicious": True, "feedback": "Địa chỉ lạ."},
            ],
        },
        1,
    ),
)
