"""The standing pages as they are first written; editors change them in the admin afterwards."""

from __future__ import annotations

HOME = {
    "vi": {
        "title": "Kho 57",
        "heading": "Tìm và dùng lại tư liệu về khoa học, công nghệ và chuyển đổi số của Huế",
        "searched": "dịch vụ công trực tuyến, bình dân học vụ số, STEM, Nghị quyết 57",
    },
    "en": {
        "title": "Kho 57",
        "heading": "Find and reuse material on science, technology and digital change in Huế",
        "searched": "online public services, digital skills, Resolution 57",
    },
}


def _heading(text):
    return {"type": "heading", "value": text}


def _text(html):
    return {"type": "text", "value": html}


def _question(question, answer):
    return {"type": "question", "value": {"question": question, "answer": answer}}


PAGES = [
    {
        "slug": "about",
        "vi": {
            "title": "Giới thiệu",
            "lede": "Kho 57 là kho tài nguyên truyền thông số dùng chung của thành phố Huế.",
            "body": [
                _heading("Kho có gì"),
                _text(
                    "<p>Kho giữ infographic, video, podcast, bài viết, ảnh và tài liệu về khoa học, công nghệ, "
                    "đổi mới sáng tạo và chuyển đổi số. Tài nguyên do các sở, ban ngành, phường, xã, trường học "
                    "và cơ quan báo chí của thành phố làm ra, mỗi tài nguyên chỉ đưa vào kho một lần và có một "
                    "địa chỉ không bao giờ đổi.</p>"
                ),
                _heading("Ai dùng kho"),
                _text(
                    "<ul><li><b>Người dân, học sinh, sinh viên, doanh nghiệp, nhà nghiên cứu, giáo viên</b> tìm "
                    "và dùng tư liệu cho mình.</li>"
                    "<li><b>Các cơ quan</b> đưa tài nguyên lên chuyên mục Nghị quyết 57 trên trang của mình; "
                    "chuyên mục tự cập nhật khi kho có tư liệu mới.</li>"
                    "<li><b>Báo chí và truyền thanh cơ sở</b> dùng lại theo đúng quyền ghi bên mỗi tài "
                    "nguyên.</li></ul>"
                ),
                _heading("Ai chịu trách nhiệm"),
                _text(
                    "<p>Kho thực hiện Kế hoạch số 310/KH-UBND ngày 21/7/2025 của Ủy ban nhân dân thành phố Huế "
                    "về truyền thông Nghị quyết số 57-NQ/TW. Sở Khoa học và Công nghệ chủ trì. Cơ quan đứng tên "
                    "trên một tài nguyên chịu trách nhiệm về nội dung của tài nguyên ấy; trước khi công bố, biên "
                    "tập viên của cơ quan đã duyệt.</p>"
                ),
                _heading("Khi có chỗ sai"),
                _text(
                    "<p>Hãy báo cho cơ quan đứng tên, kèm mã tài nguyên (dạng k57-xxxx-xxxx, ở cuối trang của tài "
                    "nguyên). Cơ quan có thể sửa hoặc thu hồi. Tài nguyên đã thu hồi sẽ biến mất khỏi kho và khỏi "
                    "mọi chuyên mục đã nhúng, còn địa chỉ của nó nói rõ lý do.</p>"
                ),
            ],
        },
        "en": {
            "title": "About",
            "lede": "Kho 57 is the shared digital media library of the city of Huế.",
            "body": [
                _heading("What is in the library"),
                _text(
                    "<p>Infographics, videos, podcasts, articles, photos and documents on science, technology, "
                    "innovation and digital change, made by departments, wards, communes, schools and press "
                    "offices of the city. Each enters the library once and keeps one address for ever.</p>"
                ),
                _heading("Who uses it"),
                _text(
                    "<ul><li><b>Citizens, students, businesses, researchers and teachers</b> find and use what "
                    "they need.</li><li><b>Agencies</b> show resources in the Resolution 57 section of their own "
                    "websites; sections keep themselves current.</li><li><b>The press and local radio</b> reuse "
                    "material on the terms stated beside each resource.</li></ul>"
                ),
                _heading("Who is responsible"),
                _text(
                    "<p>The library carries out Plan 310/KH-UBND of 21 July 2025 of the People’s Committee of Huế "
                    "on communicating Resolution 57-NQ/TW. The Department of Science and Technology leads. The "
                    "agency named on a resource answers for its content; its editor approved it before "
                    "publication.</p>"
                ),
                _heading("When something is wrong"),
                _text(
                    "<p>Tell the agency named on the page and give the identifier of the resource (k57-xxxx-xxxx, "
                    "near the end of its page). The agency can correct or withdraw it. What is withdrawn leaves "
                    "the library and every section that showed it, and its address says why.</p>"
                ),
            ],
        },
    },
    {
        "slug": "help",
        "vi": {
            "title": "Hướng dẫn",
            "lede": "Cách tìm, xem, tải về, ghi nguồn và đưa tài nguyên lên trang của bạn.",
            "body": [
                _heading("Tìm kiếm"),
                _question(
                    "Gõ không dấu có tìm được không?",
                    "<p>Được. “chuyen doi so” và “chuyển đổi số” cho cùng kết quả. Nếu bạn gõ có dấu, những bài "
                    "viết đúng dấu ấy đứng trước. Chữ viết tắt quen dùng như CĐS, KHCN, NQ57 cũng được hiểu.</p>",
                ),
                _question(
                    "Kho tìm trong những phần nào?",
                    "<p>Tên, tóm tắt, nội dung bài viết, chữ trong infographic, lời nói trong video và podcast, "
                    "chữ trong tài liệu PDF, tên cơ quan và chủ đề. Nếu từ bạn tìm nằm trong lời nói, kết quả chỉ "
                    "đúng phút giây; bấm vào đó là phát từ chỗ ấy.</p>",
                ),
                _question(
                    "Làm sao thu hẹp kết quả?",
                    "<p>Ở trang tìm kiếm, chọn loại, đối tượng, chủ đề, cơ quan, năm, ngôn ngữ, quyền sử dụng rồi "
                    "bấm <b>Áp dụng</b>. Trên điện thoại, bấm <b>Lọc</b>. Mỗi điều kiện đang dùng hiện thành một "
                    "nhãn; bấm vào nhãn để bỏ.</p>",
                ),
                _heading("Xem, nghe, đọc"),
                _question(
                    "Dùng bàn phím được không?",
                    "<p>Được, ở mọi trang. Phím Tab đi tới, Shift + Tab đi lùi, Enter để chọn. Trong trình phát, "
                    "phím cách để phát hoặc dừng, mũi tên trái phải để lùi và tiến. Khi xem infographic toàn màn "
                    "hình, dùng phím cộng, trừ để phóng to, thu nhỏ, phím mũi tên để di chuyển, Esc để đóng.</p>",
                ),
                _question(
                    "Phụ đề và bản chữ ở đâu?",
                    "<p>Video có phụ đề bật trong trình phát. Lời trong video và podcast nằm ngay dưới trình phát, "
                    "bấm vào một câu để nghe từ câu ấy. Infographic có bản chữ đầy đủ bên dưới hình.</p>",
                ),
                _question(
                    "Gửi cho người khác đúng một đoạn?",
                    "<p>Bấm vào giờ của câu nói hoặc của đoạn, rồi chép địa chỉ trên thanh địa chỉ. Địa chỉ có dạng "
                    "?t=83, nghĩa là bắt đầu từ giây thứ 83.</p>",
                ),
                _heading("Dùng lại và ghi nguồn"),
                _question(
                    "Tôi được làm gì với một tài nguyên?",
                    "<p>Khung <b>Dùng lại tài nguyên này</b> trên trang của mỗi tài nguyên nói bằng lời thường: bạn "
                    "có thể làm gì, phải làm gì, không được làm gì. Xem thêm ở trang "
                    '<a href="/vi/terms/">Điều khoản sử dụng</a>.</p>',
                ),
                _question(
                    "Ghi nguồn thế nào?",
                    "<p>Chép nguyên dòng ghi nguồn trong khung ấy. Bài nghiên cứu có thể dùng mục <b>Trích dẫn</b>, "
                    "có cả dạng BibTeX và RIS cho phần mềm quản lý tài liệu.</p>",
                ),
                _heading("Đưa lên trang của bạn"),
                _question(
                    "Nhúng một tài nguyên",
                    "<p>Trên trang của tài nguyên, bấm <b>Nhúng</b>, chép đoạn mã và dán vào trang của bạn. Đoạn mã "
                    "không theo dõi người xem. Khi tài nguyên bị thu hồi, chỗ nhúng tự ghi là đã thu hồi.</p>",
                ),
                _question(
                    "Nhúng cả chuyên mục Nghị quyết 57",
                    "<p>Biên tập viên của cơ quan lập chuyên mục trong phần quản trị: chọn loại, đối tượng, chủ đề, "
                    "ghim những gì muốn đứng đầu, rồi lấy đoạn mã. Chuyên mục trên trang của bạn tự cập nhật.</p>",
                ),
                _heading("Đóng góp"),
                _question(
                    "Ai được đưa tài nguyên vào kho?",
                    "<p>Cán bộ truyền thông của các cơ quan trong thành phố, bằng tài khoản do cơ quan chủ trì cấp. "
                    "Mỗi tài nguyên được biên tập viên duyệt trước khi công bố.</p>",
                ),
            ],
        },
        "en": {
            "title": "Help",
            "lede": "How to find, watch, download and credit resources, and show them on your own site.",
            "body": [
                _heading("Searching"),
                _question(
                    "Do I have to type Vietnamese accents?",
                    "<p>No. “chuyen doi so” and “chuyển đổi số” find the same. If you type accents, texts with "
                    "exactly those accents come first. Usual abbreviations such as CĐS, KHCN and NQ57 are "
                    "understood.</p>",
                ),
                _question(
                    "What is searched?",
                    "<p>Titles, summaries, articles, the words in infographics, what is said in videos and "
                    "podcasts, the text of PDF documents, names of agencies and topics. If your words are spoken, "
                    "the result gives the minute and second; follow it to start there.</p>",
                ),
                _question(
                    "How do I narrow the results?",
                    "<p>On the search page choose kind, audience, topic, agency, year, language or terms of use "
                    "and press <b>Apply</b>. On a phone press <b>Filter</b> first. Each choice in force is shown "
                    "as a label; press it to remove it.</p>",
                ),
                _heading("Watching, listening, reading"),
                _question(
                    "Can I use the keyboard?",
                    "<p>Yes, everywhere. Tab moves on, Shift + Tab moves back, Enter chooses. In the player the "
                    "space bar plays and pauses, the arrow keys move in time. In the full-screen view of an "
                    "infographic use plus and minus to zoom, the arrow keys to move, Esc to close.</p>",
                ),
                _question(
                    "Where are captions and transcripts?",
                    "<p>Captions are switched on in the player. The words of a video or podcast stand below it; "
                    "press a sentence to start there. An infographic has its full text below the picture.</p>",
                ),
                _question(
                    "How do I share one passage?",
                    "<p>Press the time of a sentence or chapter and copy the address. It ends with ?t=83, which "
                    "means: start at second 83.</p>",
                ),
                _heading("Reusing and crediting"),
                _question(
                    "What may I do with a resource?",
                    "<p>The box <b>Reuse this resource</b> on each page says in plain words what you may, must and "
                    'must not do. See also the <a href="/en/terms/">terms of use</a>.</p>',
                ),
                _question(
                    "How do I give credit?",
                    "<p>Copy the credit line from that box as it stands. For papers use <b>Cite</b>, which also "
                    "offers BibTeX and RIS.</p>",
                ),
                _heading("On your own site"),
                _question(
                    "Embedding one resource",
                    "<p>On the page of the resource press <b>Embed</b>, copy the code and paste it into your page. "
                    "It does not track your readers. If the resource is withdrawn, the embed says so.</p>",
                ),
                _question(
                    "Embedding a whole Resolution 57 section",
                    "<p>An editor of the agency composes the section in the administration: kinds, audiences, "
                    "topics, what is pinned on top, and takes the code from there. It keeps itself current.</p>",
                ),
                _heading("Contributing"),
                _question(
                    "Who can add resources?",
                    "<p>Communicators of the city’s agencies, with an account from the lead department. Each "
                    "resource is approved by an editor before publication.</p>",
                ),
            ],
        },
    },
    {
        "slug": "accessibility",
        "vi": {
            "title": "Trợ năng",
            "lede": "Kho 57 phải dùng được với mọi người, kể cả khi không nhìn, không nghe hoặc không dùng chuột.",
            "body": [
                _heading("Chúng tôi theo chuẩn nào"),
                _text(
                    "<p>Hướng dẫn về khả năng tiếp cận nội dung web WCAG 2.2, mức AA. Chữ đọc có độ tương phản ít "
                    "nhất 7 : 1, chữ phụ ít nhất 4,5 : 1, ở cả nền sáng và nền tối.</p>"
                ),
                _heading("Đã làm được gì"),
                _text(
                    "<ul><li>Mọi trang dùng được chỉ bằng bàn phím, và dùng được khi trình duyệt tắt mã lệnh.</li>"
                    "<li>Ảnh và infographic không được công bố nếu thiếu lời mô tả hoặc bản chữ.</li>"
                    "<li>Video và podcast phải có phụ đề hoặc bản chữ; nếu không có, biên tập viên phải ghi lý do "
                    "và lý do ấy hiện trên trang.</li>"
                    "<li>Trang theo cỡ chữ, nền tối và lựa chọn giảm chuyển động của máy bạn.</li>"
                    "<li>Nội dung tiếng Anh và tiếng Việt được đánh dấu ngôn ngữ để phần mềm đọc màn hình đọc "
                    "đúng giọng.</li></ul>"
                ),
                _heading("Còn thiếu gì"),
                _text(
                    "<ul><li>Tệp PDF do cơ quan gửi có thể chưa được gắn thẻ; trang của tài liệu vì vậy kèm phần "
                    "chữ lấy từ tệp.</li><li>Chưa có phiên bản ngôn ngữ ký hiệu và lời thuyết minh hình ảnh cho "
                    "video.</li></ul>"
                ),
                _heading("Kiểm tra và góp ý"),
                _text(
                    "<p>Mỗi lần thay đổi mã nguồn, các trang được kiểm tra tự động bằng axe và Nu HTML Checker ở cỡ "
                    "điện thoại và máy tính. Nếu bạn gặp chỗ không dùng được, hãy báo cho cơ quan đứng tên trên "
                    "trang hoặc Sở Khoa học và Công nghệ thành phố Huế, kèm địa chỉ trang.</p>"
                ),
            ],
        },
        "en": {
            "title": "Accessibility",
            "lede": "Everyone must be able to use Kho 57, also without sight, hearing or a mouse.",
            "body": [
                _heading("Which standard we follow"),
                _text(
                    "<p>The Web Content Accessibility Guidelines (WCAG) 2.2, level AA. Text for reading has a "
                    "contrast of at least 7 : 1, other text at least 4.5 : 1, on light and dark grounds.</p>"
                ),
                _heading("What works"),
                _text(
                    "<ul><li>Every page works with the keyboard alone, and with scripts switched off.</li>"
                    "<li>Photos and infographics are not published without a description or their full text.</li>"
                    "<li>Videos and podcasts need captions or a transcript; where there are none an editor must "
                    "say why, and the page shows the reason.</li>"
                    "<li>Pages follow your text size, dark mode and reduced motion settings.</li>"
                    "<li>Vietnamese and English are marked, so that screen readers use the right voice.</li></ul>"
                ),
                _heading("What is missing"),
                _text(
                    "<ul><li>PDF files from agencies may lack tags; the page of a document therefore also carries "
                    "the text of the file.</li><li>There is no sign language and no audio description of videos "
                    "yet.</li></ul>"
                ),
                _heading("Checks and feedback"),
                _text(
                    "<p>With every change of the code the pages are checked automatically with axe and the Nu HTML "
                    "Checker at phone and desktop sizes. If something does not work for you, tell the agency named "
                    "on the page or the Department of Science and Technology of Huế, with the address of the "
                    "page.</p>"
                ),
            ],
        },
    },
    {
        "slug": "terms",
        "vi": {
            "title": "Điều khoản sử dụng",
            "lede": "Bạn được dùng gì, ghi nguồn thế nào, và kho giữ gì về bạn.",
            "body": [
                _heading("Sáu loại quyền sử dụng"),
                _text(
                    "<p>Mỗi tài nguyên thuộc một trong các loại sau. Khung quyền bên tài nguyên là lời cuối cùng, "
                    "kể cả khi có điều kiện riêng.</p>"
                    "<ul><li><b>Creative Commons Ghi công 4.0 (CC BY 4.0)</b>: dùng, sửa, bán được; phải ghi nguồn và "
                    "nói rõ nếu đã sửa.</li>"
                    "<li><b>Creative Commons Ghi công, Phi thương mại 4.0 (CC BY-NC 4.0)</b>: như trên, nhưng không "
                    "dùng cho mục đích thương mại.</li>"
                    "<li><b>Creative Commons Zero (CC0 1.0)</b>: dùng tự do, không bắt buộc ghi nguồn.</li>"
                    "<li><b>Dùng nguyên văn, ghi nguồn</b>: đăng lại, phát sóng, in được; không cắt, sửa.</li>"
                    "<li><b>Dành cho báo chí</b>: cơ quan báo chí dùng trong tin bài của mình.</li>"
                    "<li><b>Giữ mọi quyền</b>: xem tại đây và dẫn đường; muốn dùng khác phải hỏi cơ quan đứng "
                    "tên.</li></ul>"
                ),
                _heading("Ghi nguồn"),
                _text(
                    "<p>Chép nguyên dòng ghi nguồn ở trang của tài nguyên và đặt gần chỗ bạn dùng. Không làm người "
                    "xem hiểu rằng cơ quan bảo trợ cho bạn hay sản phẩm của bạn.</p>"
                ),
                _heading("Thu hồi và đính chính"),
                _text(
                    "<p>Cơ quan có thể thu hồi tài nguyên khi nội dung không còn đúng hoặc có vướng mắc về quyền. "
                    "Địa chỉ của tài nguyên khi ấy nói rõ lý do và bản thay thế. Nếu bạn đã tải bản cũ, hãy gỡ "
                    "xuống.</p>"
                ),
                _heading("Dữ liệu về bạn"),
                _text(
                    "<p>Bạn không cần tài khoản để tìm, xem và tải. Các trang công khai không đặt cookie, không tải mã "
                    "của bên thứ ba và không theo dõi bạn. Tài khoản chỉ dành cho cán bộ của các cơ quan.</p>"
                ),
                _heading("Trách nhiệm"),
                _text(
                    "<p>Nội dung dùng để truyền thông, không thay cho văn bản pháp luật. Khi có khác biệt, văn bản gốc "
                    "của cơ quan có thẩm quyền là căn cứ.</p>"
                ),
            ],
        },
        "en": {
            "title": "Terms of use",
            "lede": "What you may use, how to give credit, and what the library keeps about you.",
            "body": [
                _heading("Six kinds of terms"),
                _text(
                    "<p>Every resource stands under one of these. The box beside the resource has the last word, "
                    "also where there are further terms.</p>"
                    "<ul><li><b>Creative Commons Attribution 4.0 (CC BY 4.0)</b>: use, adapt, also commercially; "
                    "credit the source and say what you changed.</li>"
                    "<li><b>Creative Commons Attribution-NonCommercial 4.0 (CC BY-NC 4.0)</b>: the same, but not for "
                    "commercial purposes.</li>"
                    "<li><b>Creative Commons Zero (CC0 1.0)</b>: free to use, credit not required.</li>"
                    "<li><b>As it stands, with credit</b>: repost, broadcast, print; no cutting or editing.</li>"
                    "<li><b>For the press only</b>: press offices may use it in their reporting.</li>"
                    "<li><b>All rights reserved</b>: view it here and link to it; ask the agency for anything "
                    "else.</li></ul>"
                ),
                _heading("Credit"),
                _text(
                    "<p>Copy the credit line from the page of the resource as it stands and place it near your use. "
                    "Do not make it look as if the agency endorses you or your product.</p>"
                ),
                _heading("Withdrawals and corrections"),
                _text(
                    "<p>An agency may withdraw a resource that is no longer right or has a problem of rights. Its "
                    "address then says why and names a replacement. If you keep an old copy, take it down.</p>"
                ),
                _heading("Data about you"),
                _text(
                    "<p>You need no account to search, watch and download. Public pages set no cookie, load nothing "
                    "from third parties and do not track you. Accounts are for staff of the agencies.</p>"
                ),
                _heading("Liability"),
                _text(
                    "<p>The content informs; it does not replace legal texts. Where they differ, the original text "
                    "of the competent authority prevails.</p>"
                ),
            ],
        },
    },
]
