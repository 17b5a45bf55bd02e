"""What the templates of papers say, by the name of the document. Blanks are those of docs/decisions/0011-papers.md.

Words in ［］ differ from place to place: ``WORDINGS`` has the printed words of the places that say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CHILD = (
    ("姓名", "{{child_name}}"),
    ("性别", "{{sex}}"),
    ("出生日期", "{{birth_date}}"),
    ("证件号", "{{id_no}}"),
    ("现住地", "{{residence}}"),
    ("就读学校", "{{school}}"),
)
PARENTS = (
    ("父亲", "{{father_name}}"),
    ("母亲", "{{mother_name}}"),
    ("联系电话", "{{phone}}"),
    ("实际照料人", "{{carer_name}}"),
)
ANSWERS = (("项目", "{{填写内容.项目}}"), ("内容", "{{填写内容.内容}}"))


@dataclass(frozen=True, kw_only=True)
class Text:
    """One template: whom it is for, what it says, its tables, and who signs it.

    ``facts`` is a table of labels with blanks, ``rows`` one whose row is repeated: column with blank.
    """

    to: str = ""
    body: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = CHILD
    rows: tuple[tuple[str, str], ...] = ANSWERS
    after: tuple[str, ...] = ()
    signs: tuple[str, ...] = ("经办人（签名）",)
    seal: bool = True
    title: str = ""
    wordings: tuple[str, ...] = field(default=())


PARENT = "{{father_name}}、{{mother_name}}："
GUARDIAN = (
    "你（们）是儿童{{child_name}}的监护人。经查，{{child_name}}现住{{residence}}，你（们）［未履行监护职责］，"
    "致使其［单独居住生活］或者处于无人照料的状态。"
)
ORDER = (
    "现责令你（们）在收到本文书后立即返回，或者确定有监护能力的受委托监护人，落实对{{child_name}}的监护照料。"
    "落实之前的照料情况：{{interim_care}}。"
)
TO_SCHOOL = (
    "你（们）的子女{{child_name}}至今未到校。请在收到本告知书后立即送其返校；"
    "无正当理由拒不送学的，由有关单位依法批评教育，责令限期改正。"
)
LAW = "监护人应当依法履行［监护职责］。拒不改正或者情节严重的，依法追究责任。"

TEXTS: dict[str, Text] = {
    "通用文书": Text(title="{{文书名}}"),
    "强制报告单": Text(
        body=("根据强制报告的规定，现将发现的未成年人遭受或者疑似遭受不法侵害、面临危险的情况报告如下。",),
        facts=(*CHILD, *PARENTS),
        signs=("报告人（签名）", "单位负责人（签名）"),
    ),
    "受理回执": Text(
        to="报告人（单位）：",
        body=(
            "你（单位）关于儿童的报告已收到，受理编号{{accept_no}}，受理时间{{accepted_at}}。",
            "本机关将依法处置，并对报告人的信息保密。请妥善保管本回执；发现新的情况，请立即报告。",
        ),
        facts=(),
        rows=(),
    ),
    "移送单": Text(
        to="{{target}}：",
        body=(
            "关于儿童{{child_name}}的情况，经审查不属于本机关管辖。移送理由：{{reason}}。",
            "现将有关材料移送你机关，请依法办理，并签收回复。移送前已经采取的救助措施，不因移送而中断。",
        ),
        facts=(),
        rows=(),
        signs=("移送人（签名）", "接收人（签名）"),
    ),
    "出警记录": Text(body=("接到报告后，本机关立即派员出警，有关情况记录如下。",), signs=("出警人员（签名）",)),
    "询问笔录": Text(
        body=(
            "询问人应当出示证件，告知被询问人的权利和义务。询问未成年人，应当通知其法定代理人或者其他合适成年人到场。",
        ),
        facts=(("被询问人", ""), ("与儿童的关系", ""), *CHILD),
        after=("问：", "答：", "以上笔录我看过（已向我宣读），和我说的相符。"),
        signs=("被询问人（签名、捺印）", "到场的法定代理人或者合适成年人（签名）", "询问人（签名）", "记录人（签名）"),
        seal=False,
    ),
    "处置通报": Text(
        to="有关乡镇人民政府（街道办事处）：",
        body=(
            "儿童{{child_name}}的情况，本机关已经受理并处置。受理及处置情况：{{summary}}",
            "现安置：{{current_place}}。尚未消除的风险：{{open_risks}}。",
            "请做好后续评估、帮扶和走访工作。",
        ),
        facts=(),
        rows=(),
    ),
    "训诫书": Text(
        to="被训诫人：",
        body=(GUARDIAN, "训诫事由：{{admon_reason}}。", "现依法予以训诫，责令立即改正，切实履行［监护职责］。", LAW),
        facts=(),
        rows=(),
        signs=("被训诫人（签名、捺印）", "训诫人（签名）"),
        wordings=("yz", "qz"),
    ),
    "责令书": Text(
        to=PARENT,
        body=(
            GUARDIAN,
            ORDER,
            "受委托监护人：{{entrusted}}。",
            LAW,
        ),
        facts=(),
        rows=(),
        signs=("被责令人（签名、捺印）", "送达人（签名）"),
        wordings=("yz", "qz"),
    ),
    "伤情鉴定委托书": Text(
        to="鉴定机构：",
        body=("现委托你机构对儿童{{child_name}}的伤情进行鉴定，请及时出具鉴定意见。",),
        after=("送检材料：", "鉴定要求："),
        signs=("委托人（签名）", "接收人（签名）"),
    ),
    "征求意见记录": Text(
        body=("安置前，已用儿童能够理解的方式说明情况，听取其意见，记录如下。",),
        signs=("儿童（签名，不会写字的捺印）", "询问人（签名）"),
    ),
    "临时监护交接单": Text(
        body=("交接双方当面核对儿童身份、身体状况和随身物品，交接内容如下。",),
        signs=("交方（签名）", "接方（签名）", "见证人（签名）"),
    ),
    "联系记录": Text(
        body=("与儿童父母或者其他监护人的联系情况逐次记录如下。",),
        rows=(
            ("时间", "{{contact_log.time}}"),
            ("方式", "{{contact_log.channel}}"),
            ("联系对象或号码", "{{contact_log.number}}"),
            ("结果", "{{contact_log.result}}"),
        ),
        after=("联系结果：{{contact_result}}",),
    ),
    "安置评查表": Text(signs=("评查人（签名）", "单位负责人（签名）")),
    "帮扶方案": Text(
        body=("经评估，制定帮扶方案如下。各责任单位按期落实，并将落实情况反馈。",),
        after=("期限：{{due}}", "家庭意见："),
        signs=("家庭成员（签名）", "经办人（签名）"),
    ),
    "综合帮扶方案": Text(
        body=("该儿童面临多重困境，由各有关单位共同帮扶，分工如下。",),
        after=("期限：{{due}}", "家庭意见："),
        signs=("家庭成员（签名）", "牵头单位经办人（签名）"),
    ),
    "评估报告": Text(facts=(*CHILD, *PARENTS), signs=("评估人（签名）", "单位负责人（签名）")),
    "评估档案": Text(facts=(*CHILD, *PARENTS)),
    "服务记录": Text(signs=("服务人员（签名）", "儿童或者家庭成员（签名）")),
    "劝诫书": Text(
        to="{{target}}：",
        body=(
            "经查，你对儿童{{child_name}}的行为不当，损害其身心健康。劝诫内容：{{content}}。",
            "请立即改正，切实履行［监护职责］。表态：{{response}}。",
        ),
        facts=(),
        rows=(),
        signs=("被劝诫人（签名）", "劝诫人（签名）"),
        wordings=("yz",),
    ),
    "核实单": Text(
        body=("为核实儿童是否［生活无着］，经入户调查，核实如下。",),
        signs=("核实人（签名）", "被调查人（签名）"),
        wordings=("fh",),
    ),
    "批评教育记录": Text(
        body=("对下列监护人进行批评教育，责令其改正，情况记录如下。",),
        signs=("被批评教育人（签名）", "批评教育人（签名）"),
    ),
    "治安处罚决定书": Text(
        to="被处罚人：",
        body=(
            "经查明的违法事实和证据见案卷。处罚决定书编号{{penalty_no}}，处罚种类：{{penalty_type}}。",
            "如不服本决定，可以依法申请行政复议或者提起行政诉讼。",
        ),
        facts=(),
        rows=(),
        signs=("被处罚人（签名、捺印）", "办案民警（签名）"),
    ),
    "立案决定书": Text(
        body=(
            "根据刑事诉讼法的规定，决定对涉嫌{{charge}}一案立案侦查，立案号{{file_no}}。",
            "办理案件期间，儿童的安置和保护不因立案而中断。",
        ),
        rows=(),
        signs=("办案民警（签名）", "负责人（签名）"),
    ),
    "证据清单": Text(
        body=("认定撤销监护人资格情形的证据，列明如下。",),
        rows=(("证据", "{{evidence_list.item}}"), ("页数", ""), ("备注", "")),
        signs=("提供人（签名）", "接收人（签名）"),
    ),
    "检察建议书": Text(
        to="有关单位：",
        body=(
            "儿童{{child_name}}的监护人符合依法撤销监护人资格的情形，有权申请的单位至今没有申请。",
            "为维护未成年人合法权益，建议你单位依法提出申请，并将办理情况书面回复。",
        ),
    ),
    "督促函": Text(
        to="有关单位：",
        body=("关于儿童{{child_name}}一案，请你单位依法履行职责，及时办理，并将结果书面回复。",),
    ),
    "支持起诉书": Text(
        to="有管辖权的人民法院：",
        body=(
            "关于申请撤销儿童{{child_name}}的监护人资格一案，申请人的请求有事实和法律依据。",
            "为维护未成年人合法权益，依法支持起诉。",
        ),
    ),
    "撤销监护人资格申请书": Text(
        to="{{court_ref}}：",
        body=(
            "申请人：{{机关}}",
            "被申请人：{{father_name}}、{{mother_name}}，系儿童{{child_name}}的监护人。",
            "请求事项：{{request}}",
            "事实和理由：被申请人的行为严重侵害被监护人的合法权益，有证据清单所列证据证明。",
            "拟任监护人：{{proposed_guardian}}。",
        ),
        facts=(),
        rows=(),
        after=("附件：证据清单及有关材料",),
        signs=("申请人代表（签名）",),
    ),
    "裁判文书": Text(
        body=("人民法院的裁判文书编号为{{judgment_no}}，原件附后。现登记如下。",),
        signs=("登记人（签名）",),
    ),
    "辍学登记表": Text(facts=(*CHILD, *PARENTS), signs=("班主任（签名）", "学校负责人（签名）")),
    "提醒记录": Text(
        body=("经查，学生未按规定到校。现提醒监护人依法送其入学，情况记录如下。",),
        signs=("监护人（签名）", "提醒人（签名）"),
    ),
    "劝返记录": Text(
        body=("学校和有关单位上门劝返，情况记录如下。",),
        signs=("监护人（签名）", "劝返人（签名）"),
    ),
    "书面报告": Text(
        to="主管教育行政部门：",
        body=("现将学生辍学及劝返情况书面报告如下，请协调处理。",),
        signs=("报告人（签名）", "单位负责人（签名）"),
    ),
    "告知书": Text(
        to=PARENT,
        body=(
            "适龄儿童、少年的父母或者其他监护人，应当依法送其入学并完成义务教育。",
            TO_SCHOOL,
        ),
        facts=(),
        rows=(),
        signs=("监护人（签名）", "送达人（签名）"),
    ),
    "送教方案": Text(
        body=("该生因身体原因不能到校，经评估，安排送教上门如下。",),
        signs=("监护人（签名）", "送教教师（签名）", "学校负责人（签名）"),
    ),
    "县级协调函": Text(
        to="有关单位：",
        body=("经多次劝返，学生{{child_name}}仍未复学。请按照职责分工，共同做好劝返和帮扶工作，并将结果函复。",),
    ),
    "花名册": Text(facts=(), signs=("填表人（签名）", "审核人（签名）")),
    "一人一档": Text(facts=(*CHILD, *PARENTS), signs=("建档人（签名）", "审核人（签名）")),
    "校园留守档案": Text(facts=(*CHILD, *PARENTS), signs=("班主任（签名）", "学校负责人（签名）")),
    "排查表": Text(facts=(*CHILD, *PARENTS), signs=("排查人（签名）", "被访人（签名）")),
    "汇总表": Text(facts=(), signs=("填表人（签名）", "审核人（签名）")),
    "工作报告": Text(
        facts=(), to="上级主管部门：", body=("现将本期工作情况报告如下。",), signs=("单位负责人（签名）",)
    ),
    "包保表": Text(
        body=("明确包保责任人如下，按期走访，发现情况及时报告。",),
        signs=("包保责任人（签名）", "单位负责人（签名）"),
    ),
    "走访单": Text(
        body=("入户走访，当面见到儿童，了解其生活、学习、健康和监护情况，记录如下。",),
        signs=("走访人（签名）", "被访人（签名）"),
    ),
    "逾期记录": Text(body=("本次走访超过规定时限，情况记录如下。",), signs=("责任人（签名）", "单位负责人（签名）")),
    "外出告知单": Text(
        to="村（居）民委员会：",
        body=("本人因外出务工等原因，不能完全履行［监护职责］，现将有关情况如实告知。",),
        facts=(*CHILD, *PARENTS),
        signs=("父母（签名）", "接收人（签名）"),
        wordings=("yz",),
    ),
    "委托监护协议": Text(
        body=(
            "委托人：{{father_name}}、{{mother_name}}（儿童{{child_name}}的监护人）",
            "受委托人：{{entrusted}}",
            "一、委托人外出期间，委托受委托人照料{{child_name}}的生活、学习和安全。监护人的资格和责任不因委托而免除。",
            "二、委托人每周至少与儿童联系、交流一次，及时了解其情况；发现异常，立即干预。",
            "三、受委托人应当具备照料能力，妥善照料；遇有紧急情况，立即报告并通知委托人。",
            "四、委托人支付儿童的生活、教育和医疗费用。",
            "五、委托期限和其他约定如下。",
        ),
        signs=("委托人（签名）", "受委托人（签名）", "见证人（签名）"),
    ),
    "采样登记表": Text(
        body=("为查找儿童的亲生父母，依法采集生物样本，登记如下。样本和信息只用于比对。",),
        signs=("采样人（签名）", "见证人（签名）"),
    ),
    "比中处置记录": Text(body=("样本比对比中后，核查和处置情况记录如下。",)),
    "通报函": Text(to="有关单位：", body=("关于儿童{{child_name}}的有关情况，通报如下，请按照职责办理。",)),
    "救助申请表": Text(facts=(*CHILD, *PARENTS), signs=("申请人（签名）", "受理人（签名）")),
    "救助审批表": Text(facts=(*CHILD, *PARENTS), signs=("经办人（签名）", "审批人（签名）")),
    "补件通知书": Text(
        to="申请人：",
        body=("你提交的申请材料不齐全，请按下列内容补齐后再次提交；材料可以由有关单位核查的，不要求重复提供。",),
        facts=(),
        signs=("签收人（签名）",),
    ),
    "不予受理告知书": Text(
        to="申请人：",
        body=("你的申请不予受理，理由如下。如有异议，可以依法申请行政复议或者提起行政诉讼。",),
        facts=(),
        signs=("签收人（签名）",),
    ),
    "不予救助告知书": Text(
        to="申请人：",
        body=("你的申请经审核不符合条件，理由如下。如有异议，可以依法申请行政复议或者提起行政诉讼。",),
        facts=(),
        signs=("签收人（签名）",),
    ),
    "发放记录": Text(
        body=("救助、保障待遇的发放情况记录如下。",),
        facts=(*CHILD, *PARENTS),
        signs=("领取人（签名）", "经办人（签名）"),
    ),
    "结对表": Text(body=("经本人自愿、单位同意，结对关爱如下。",), signs=("结对人（签名）", "单位负责人（签名）")),
}

#: Place → the word in ［］ → its printed word there; elsewhere the word itself is printed.
WORDINGS: dict[str, dict[str, str]] = {
    "yz": {"监护职责": "监护责任", "未履行监护职责": "未履行监护责任"},
    "qz": {"单独居住生活": "脱离监护单独生活"},
    "fh": {"生活无着": "生活无着落"},
}
