"""The case life cycle as one table; buttons, 409s, callbacks and the diagram all come from it."""

from __future__ import annotations

from typing import Literal

import msgspec

Who = Literal["reviewer", "system", "platform"]


class Words(msgspec.Struct, frozen=True):
    """What people read, in Chinese and English."""

    zh: str
    en: str


class Action(msgspec.Struct, frozen=True):
    """Something that moves a case. Exactly one kind of actor may do it."""

    name: str
    who: Who
    words: Words


class Transition(msgspec.Struct, frozen=True):
    """One row of the table. `skip` marks a platform's jump over stages that it did not report."""

    state: str
    action: str
    to: str
    skip: bool = False


REVIEW_OFF = "review off"
"""The named rule that releases an incident when nobody is asked."""

STATES: dict[str, Words] = {
    "pending_review": Words("待审核", "pending review"),
    "confirmed": Words("属实", "confirmed"),
    "rejected": Words("误报/不予受理", "rejected"),
    "duplicate": Words("重复", "duplicate"),
    "field_check": Words("待现场核实", "field check"),
    "pushed": Words("上报", "pushed"),
    "accepted": Words("受理", "accepted"),
    "filed": Words("立案", "filed"),
    "dispatched": Words("派遣", "dispatched"),
    "handling": Words("处置", "being handled"),
    "handled": Words("反馈", "handled"),
    "verifying": Words("核查", "being verified"),
    "closed": Words("结案", "closed"),
    "returned": Words("回退", "returned"),
    "extended": Words("延期", "extended"),
    "suspended": Words("挂账", "suspended"),
    "reworked": Words("返工", "in rework"),
    "voided": Words("作废", "voided"),
    "overdue": Words("超期", "overdue"),
}

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action("confirm", "reviewer", Words("确认属实", "confirm")),
        Action("reject", "reviewer", Words("判为误报/不予受理", "reject")),
        Action("mark_duplicate", "reviewer", Words("标记重复", "mark as duplicate")),
        Action("check_in_field", "reviewer", Words("转现场核实", "send to field check")),
        Action("redecide", "reviewer", Words("重新审核", "decide again")),
        Action("withdraw", "reviewer", Words("撤回", "withdraw")),
        Action("push", "system", Words("上报平台", "push to the platform")),
        Action("accept", "platform", Words("受理", "accept")),
        Action("file", "platform", Words("立案", "file")),
        Action("dispatch", "platform", Words("派遣", "dispatch")),
        Action("handle", "platform", Words("开始处置", "start handling")),
        Action("finish", "platform", Words("处置反馈", "report as handled")),
        Action("verify", "platform", Words("核查", "verify")),
        Action("close", "platform", Words("结案", "close")),
        Action("return", "platform", Words("回退", "return")),
        Action("extend", "platform", Words("延期", "extend")),
        Action("suspend", "platform", Words("挂账", "suspend")),
        Action("rework", "platform", Words("返工", "order rework")),
        Action("void", "platform", Words("作废", "void")),
        Action("expire", "platform", Words("超期", "report as overdue")),
    )
}

REJECT_REASONS: dict[str, Words] = {
    "algorithm_error": Words(
        "算法误识别", "wrong detection (reflection, shadow, wet road, a bag taken for rubbish)"
    ),
    "compliant": Words(
        "目标正确但合规", "right object, but allowed (permit, licensed market, marked bay, loading)"
    ),
    "below_threshold": Words("未达立案标准", "below the threshold for a case"),
    "duplicate": Words("重复", "duplicate"),
    "gone": Words("已自行消除", "gone by itself"),
    "unclear": Words("画面不清/遮挡/夜间", "picture unclear, hidden or too dark"),
    "wrong_place": Words("位置或ROI错误/球机转动", "wrong place or zone, or the camera moved"),
    "not_ours": Words("非本辖区/权责不符", "another district's or department's"),
    "fixture": Words("固定设施", "a fixture: muted until lifted"),
    "test": Words("测试", "test"),
}

_LADDER = (
    ("accept", "accepted"),
    ("file", "filed"),
    ("dispatch", "dispatched"),
    ("handle", "handling"),
    ("finish", "handled"),
    ("verify", "verifying"),
    ("close", "closed"),
)
_WITH_PLATFORM = ("pushed", *(state for _, state in _LADDER[:-1]))
_SIDE = ("returned", "extended", "suspended", "reworked", "overdue")
_WORKING = ("dispatched", "handling", "reworked", "overdue")


def _table() -> tuple[Transition, ...]:
    undecided = ("pending_review", "field_check")
    rows = [
        *_from(undecided, "confirm", "confirmed"),
        *_from(undecided, "reject", "rejected"),
        *_from(undecided, "mark_duplicate", "duplicate"),
        *_from(("pending_review",), "check_in_field", "field_check"),
        # Every verdict that the city has not heard of can be taken back.
        *_from(("rejected", "duplicate", "field_check"), "redecide", "pending_review"),
        *_from(("returned",), "confirm", "confirmed"),
        *_from(("confirmed", "pushed", "returned"), "withdraw", "voided"),
        *_from(("confirmed",), "push", "pushed"),
        *_ladder(),
        *_from(_WITH_PLATFORM, "return", "returned"),
        *_from((*_WORKING, "suspended"), "extend", "extended"),
        *_from((*_WORKING, "extended"), "suspend", "suspended"),
        *_from(("handled", "verifying", "closed"), "rework", "reworked"),
        *_from((*_WITH_PLATFORM, *_SIDE), "void", "voided"),
        *_from(
            ("accepted", "filed", "dispatched", "handling", "extended", "reworked"),
            "expire",
            "overdue",
        ),
    ]
    return tuple(rows)


def _from(states: tuple[str, ...], action: str, to: str) -> list[Transition]:
    return [Transition(state, action, to) for state in states]


def _ladder() -> list[Transition]:
    """Stage by stage, and the jumps: what a platform does not report is not invented either."""
    stages = ("confirmed", *_WITH_PLATFORM)
    rows = []
    for index, (action, to) in enumerate(_LADDER):
        before = stages[: index + 2]
        # A callback may overtake our own note that the push was taken, hence `confirmed`.
        rows += [Transition(s, action, to, skip=s != before[-1]) for s in before]
    for side in _SIDE:
        rows += [Transition(side, action, to, skip=True) for action, to in _LADDER]
    return rows


TABLE: tuple[Transition, ...] = _table()
_NEXT = {(row.state, row.action): row.to for row in TABLE}

RELEASED: frozenset[str] = frozenset({"confirmed", *_WITH_PLATFORM, "closed", *_SIDE, "voided"})
"""States whose incidents may go to the city. There is no way back out of this set."""


class IllegalTransition(ValueError):
    """The table has no such move; `allowed` are the actions that it has from `state`."""

    def __init__(self, state: str, action: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{action!r} is not possible in state {state!r}; allowed: {list(allowed)}")
        self.state = state
        self.action = action
        self.allowed = allowed


def initial(review: bool) -> str:
    """Return the state of a new incident; without review the rule `REVIEW_OFF` confirms it."""
    return "pending_review" if review else "confirmed"


def actions(state: str, who: Who | None = None) -> tuple[str, ...]:
    """Return the actions possible in a state, in the table's order; of one actor if `who` is given.

    Raises:
        ValueError: the life cycle has no such state.
    """
    if state not in STATES:
        raise ValueError(f"unknown state {state!r}")
    found = (row.action for row in TABLE if row.state == state)
    return tuple(name for name in found if who is None or ACTIONS[name].who == who)


def next_state(state: str, action: str) -> str:
    """Return the state that an action leads to.

    Raises:
        IllegalTransition: the table has no such move.
        ValueError: the life cycle has no such state.
    """
    allowed = actions(state)
    if action not in allowed:
        raise IllegalTransition(state, action, allowed)
    return _NEXT[(state, action)]


def mermaid() -> str:
    """Return the table as a Mermaid state diagram; jumps over stages are summed up in one note."""
    lines = [
        "stateDiagram-v2",
        f"    [*] --> {initial(review=True)}: review on",
        f"    [*] --> {initial(review=False)}: {REVIEW_OFF}",
    ]
    lines += [f"    {name}: {name} {words.zh}" for name, words in STATES.items()]
    for row in TABLE:
        if not row.skip:
            who = ACTIONS[row.action].who
            lines.append(f"    {row.state} --> {row.to}: {row.action} ({who})")
    for side in _SIDE:
        lines.append(f"    {side} --> {_LADDER[0][1]}: any later stage (platform)")
    lines += [
        "    note right of pushed",
        "        The platform may report any later stage; the stages it skips are not invented.",
        "    end note",
    ]
    return "\n".join(lines)
