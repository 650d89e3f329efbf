"""The words that advice goes by, English and Chinese: lists for `notes.advice_words` (domain.md §4, §6, §7).

An English word or phrase with `*` is how one begins. Commas divide the English ones, blanks the Chinese.
"""

import re

from notes.advice_text import Words, listed

# That the customer will not.
WILL_NOT = Words(
    """
    no intent*, not have intent*, not have the intent*, not have any intent*, doesn't have intent*, not intend*,
    doesn't intend, don't intend, not interested, no interest, no plan, no plans, not plan, not planning,
    won't deploy, will not deploy, will not adopt, will not use, won't use, will not move, will not migrate,
    will never, not want, doesn't want, don't want, not going to deploy, ruled out, rules out, decided against,
    declin*, refus*, reject*,
    """,
    """
    无意 没有意向 没意向 不打算 不愿 不想 不会部署 不会使用 不会采用 不会启用 不会迁移 不考虑 不计划 没有计划
    无计划 拒绝 放弃 决定不 不部署 不采用 不感兴趣 没有兴趣 否决
    """,
)
# Any word of what the customer intends, or does instead; what stands in its way too, as that says that it wants to.
INTENT = Words(
    """
    want*, intend*, intent*, plan, plans, planned, planning, wish*, would like, keen, will, willing, won't,
    deploy*, migrat*, adopt*, enrol*, roll, rolls, rolled, rolling, rollout, pilot*, move, moves, moving, use,
    uses, using, stay*, keep*, prefer*, declin*, refus*, reject*, unable, cannot, can't, block*, stopped, stops,
    decided, chose, chosen, committed, agreed, approved, ready, live, launch*, replac*, switch*, needs, must,
    sees no, see no, not see, ruled out, rules out, interest*, not going to, against, problem*, issue*, prevent*,
    lack*, go, goes, going, gone, went, trial*, wave*, start*, begin*, began, runs, run, take, takes, took, onboard*,
    continu*, bring*, opt*, renew*, reject*, remain*, spread*, turn*, wait*, does not, do not, doesn't, without,
    """,
    """
    希望 想 打算 计划 意向 愿 决定 准备 部署 迁移 推广 启用 采用 使用 上线 试点 替换 无法 不能 受阻 坚持 沿用 继续
    保留 拒绝 承诺 同意 批准 需要 将 无意 不考虑 放弃 选择 问题 缺 迁 推进 改用 换 不用 开始 试用 分批 停用 留
    """,
)
# A cause, an aim, a condition.
REASONS = Words(
    """
    because, since, due to, owing to, so, so that, until, unless, in order to, as it, as its, as they, as their,
    as the, as there, as all, as no, as most, need, needs, requir*, depend*, relies on, rely on, waits for,
    waiting for, prevent*, stops, forbid*, prohibit*, not allow*, disallow*, not permit*, policy, policies, law,
    laws, legal*, regulat*, gdpr, complian*, contract*, lack*, missing, misses, without, no value, no budget,
    budget*, no staff, short of, too, must, has to, have to, instead of, rather than, prefer*, stays with,
    stay with, stays on, satisf*, standardi*, invested, mandat*, merg*, acqui*, replac*, retir*, reduc*, cost*,
    sav*, secur*, privacy, break*, broke*, fail*, incompatib*, not support*, unsupported, outage*, unreliab*,
    untrained, not trained, freez*, froze*, end of life, end of support, expir*, reason, to cut, to let, to give,
    to help, to meet, to avoid, to end, to allow, to protect, to work, to share, to simplif*, to consolidat*,
    to moderni*, to leave, to connect, to reach, to serve, ends, ended, ran out, runs out, to support,
    """,
    """
    因 由于 为了 以便 以满足 以降低 以减少 以支持 以提 以替代 从而 所以 导致 需 必须 要求 依赖 取决 直到 等待 禁止
    不允许 规定 法律 法规 监管 合规 政策 合同 缺 预算 人手 价值 满意 成本 费用 节省 替代 取代 替换 淘汰 到期 合并
    收购 不兼容 不支持 不满足 不符合 停止支持 停产 停用 折旧 审计 离职 没有工程师 没有人 无人
    担心 安全 隐私 故障 中断 失败 未接受培训 统一 无法 功能不足
    """,
)
# An obstacle without a cause: it explains only where more is said of it.
TROUBLE = Words(
    """
    issue*, problem*, block*, unable, cannot, can't, not able, challeng*, concern*, delay*,
    """,
    """
    问题 受阻 阻碍 不能 困难
    """,
)
# A usage figure.
USAGE = Words(
    """
    usage, active, mau, utili*, adoption,
    """,
    """
    使用率 用量 使用量 活跃 使用
    """,
)
# A meeting, and that one has a day; in Chinese the two are looked for together, below.
MEETS = Words(
    """
    meeting, meetings, call, calls, workshop*, kick off, kickoff, session*, appointment*, webinar*, check in, sync,
    """,
    "",
)
WHEN = Words(
    """
    scheduled, rescheduled, booked, arranged, invite*, invitation*, set up, set for, planned for, is planned,
    next week, next month, tomorrow, on monday, on tuesday, on wednesday, on thursday, on friday, next monday,
    next tuesday, next wednesday, next thursday, next friday, this week,
    """,
    "",
)
# Whom one tried to reach.
WHOM = Words(
    """
    admin*, manager*, director*, head, lead*, contact*, owner*, sponsor*, team, office, department, officer*,
    engineer*, architect*, cio, cto, ciso, ceo, cfo, coo, it, mr, ms, mrs, dr, tam, csm, partner*, secretary,
    coordinator*, executive*, board, president, principal, desk,
    """,
    """
    联系人 负责人 经理 主管 总监 管理员 主任 团队 先生 女士 部 高管 发起人 老师 校长 总裁 客服 服务台
    """,
)
# Which kind of account.
ACCOUNT = Words(
    """
    managed, unmanaged,
    """,
    """
    受管 托管 非管理 管理型
    """,
)
# What keeps a customer from Green, beside reasons and trouble.
SLOWS = Words(
    """
    slow*, left, withdrew, nobody, has not, have not, no onboarding,
    delay*, late, behind, stall*, wait*, hold*, held, stuck, pending, review*, freez*, short*, keep*, kept,
    not ready, not started, hinder*, limit*, risk*, drop*, dispute*, gap*, open,
    """,
    """
    拖 没有 离职 无人 延迟 延误 推迟 阻 缺 等待 未 风险 停滞 不足 冻结 影响 落后 滞后 放缓 慢
    """,
)
# That something is being done.
ACTS = Words(
    """
    will, next, fix*, plan, plans, planned, escalat*, test*, propos*, resolv*, mitigat*, workaround*, expect*, due,
    agreed, deliver*, patch*, ask*, add*, switch*, action*, work on, working on, until, by, review*, replac*,
    train*, hire*,
    """,
    """
    将 计划 下一步 修复 升级给 测试 解决 行动 措施 推进 预计 跟进 安排 协调 提交 替换 正在 前完成 采购 招聘
    """,
)
# What says no more than a status or a usage figure does.
FILLER = frozenset(
    listed(
        """
    the a an is are was has have had no not does do did doesn't don't intent intention intend intends customer
    customers client tenant they it its this that these to of in on for at by with from progress blocked unknown
    duplicate invalid status new subscription or workload workloads entitlement deploy deploys deploying deployment
    adoption adopt adopting using use usage uses technical onboarding migration solution user users update updated
    none any there be been will going ongoing continue continues continuing still same as before above see n/a n na
    tbd tbc pending done ok yes and we now deployed active activity interest interested plan plans planned planning
    unresponsive state l1 l2 remains percent mau seats licences licenses licensed assigned out only just
    """
    )
)
# Longer ones first, as each is taken out of what is left.
FILLER_ZH = listed(
    """
    客户没有响应 暂时没有 活跃用户 工作负载 没有意向 无意向 使用率 使用量 进行中 状态未知 活跃 用户 用量 使用 受阻
    状态 重复 无效 客户 没有 意向 部署 更新 同上 正在 打算 计划 启用 目前 该 没 已 是 为 的 无 有 了 和 其 仍 在 中
    率 不
    """
)

# --- In a certain order, so as expressions ----------------------------------------------------------------------------

# That it wants this workload, as far as words can tell: "wants to keep its own servers" is no such thing.
WANTS = re.compile(
    r"(?<!not )(?<!n't )\b(?:wants?|intends?|plans?|would like|is (?:keen|willing|ready|going)) to (?:\w{1,12}ly )?"
    r"(?:deploy|adopt|enable|enrol|roll|onboard|pilot|start)\w*"
    r"|(?<![不没无])(?:希望|打算|计划|愿意|准备|想要?)(?:尽快|全面|立即)?"
    r"(?:部署|启用|采用|推广|上线|试点)"
)
# That it wants anything; of use only where the status says that it does.
WANTS_TO = re.compile(r"(?<!not )(?<!n't )\b(?:wants?|intends?|plans?|would like) to\b|(?<![不没无])(?:希望|打算|计划)")
# That it flatly does not intend to. Declining FastTrack's help is no such thing (§5).
NEVER = re.compile(
    r"\b(?:no intent\w*|not have (?:any |the )?intent\w*|doesn't have intent|(?:not|doesn't) intend)"
    r"(?: to (?:deploy|use|adopt|enable)| of deploying| of using)?+(?! [^.]{0,20}fasttrack)"
    r"|无意向|没有意向|(?:不打算|无意)(?:部署|启用|采用|使用)"
)
OPEN = re.compile(
    r"\b(?:for now|for the time being|at the moment|currently|yet)\b"
    r"|暂时|目前|尚未|还没|暂不|暂无|暂未|还未|仍未"
)
# What such a word is only a part of: 项目前期, 短暂时间, 归还没收.
PART_OF = {"目": "项数题科栏条账节书剧曲", "暂": "短", "还": "归偿退交返"}
ON_DAY = re.compile(
    r" on (?:the )?(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
)
MEETS_ON_ZH = re.compile(
    r"(?:安排|预约|约定|定于|召开|约)[^。]{0,15}(?:会议(?!室)|研讨会|工作坊|电话会|启动会|例会|通话)"
    r"|(?:会议(?!室)|研讨会|工作坊|电话会|启动会|例会|通话)[^。]{0,12}"
    r"(?:安排|预约|定于|定在|将于|改到|改期|推迟|下周|明天|周[一二三四五]|星期)"
)
_NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen)"
ATTEMPTS = re.compile(
    rf"\b{_NUMBER}\b(?: [\w'-]{{1,20}}){{0,2}}"
    r" (?:attempt|e-?mail|mail|call|message|voice|time|letter|contact|tr|ping|remind|phone)"
    r"|\b(?:twice|thrice)\b|[\d一二两三四五六七八九十] ?(?:次|封|通|个电话|遍|轮|条)"
)
# A risk or an escalation; not the product's own risk policies, nor that there is none.
RISK = re.compile(
    r"\b(?:(?<!no )(?<!without )(?<!any )(?<!low )risks?\b(?![ -]?(?:based|free|polic|detect|assess|score|sign))"
    r"|at risk|escalat\w*)"
    r"|(?<!无)(?<!没有)(?<!低)风险(?!评估|检测|策略|登录)|上报|升级给|升级[到至](?:管理层|区域|工程)"
)
PAUSE = re.compile(
    r"\b(?:paus(?:ed|es|e|ing)\b|on[ -]hold"
    r"|stop(?:s|ped|ping)? (?:the |its |all |their )?(?:deploy|project|roll|migrat|engage|work)\w*)"
    r"|暂停|停止(?!支持|服务|维护|更新|提供)|搁置|中止"
)
PAUSE_OVER = re.compile(
    r"\b(?:over|ended|ends|lifted|finished|resum\w*|no longer|not|never|without|instead of|off hold|unpaus\w*|back"
    r"|after (?:the|a|its))\b|没有|不再|结束|恢复|不会|未|无需|解除|之后|后重启|而不"
)
