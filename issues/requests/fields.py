"""What a move of a request asks for, as data (see issues.fields)."""

from issues.fields import Field
from issues.models import Category, RatingValue, RequestKind, RequestRating

NOTE = Field("note", "说明", "long_text")
REASON = Field("reason", "理由", "long_text", required=True)
CATEGORY = Field("category", "类别", "choice", choices=tuple(Category.choices))
KIND = Field("kind", "类型", "choice", required=True, choices=tuple(RequestKind.choices))
TITLE = Field("title", "需要什么", required=True, longest=60, help="一句话，不写姓名、电话和病情")
TEXT = Field("text", "具体情况", "long_text", longest=2000)
WANTED_ON = Field("wanted_on", "希望哪天前", "date")
PETITIONER = Field("petitioner", "点单人", longest=30)
PHONE = Field("phone", "联系电话", "phone", longest=20)
ADDRESSEE = Field("addressee", "指定党员", "user", help="不选就是本村党员都可以接")
RESULT = Field("result", "办了什么", "long_text", required=True, longest=2000)
PHOTOS = Field("files", "照片", "files", help="不是必须的")
VALUE = Field("value", "群众评价", "choice", required=True, choices=tuple(RatingValue.choices))
MEANS = Field("means", "怎么评的", "choice", required=True, choices=tuple(RequestRating.Means.choices))
PROOF = Field("files", "签字照片", "files", help="签字的须附照片")
RATING_NOTE = Field("note", "群众的话", "long_text", longest=200, help="电话回访的，写明通话情况")
REASON_TOLD = Field("reason", "理由", "long_text", required=True, help="会原样告诉群众，请用平实的话")
