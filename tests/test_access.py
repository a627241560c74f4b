"""Who may open and do what: one page that anybody can read. Each room adds its lines.

OK: the page opens. FOUND: it was done, or it leads on. LOGIN: it asks to sign in. NO: it is
not there. GONE: it was, and says so. REFUSED: it says why not. WRONG: they may, but sent nothing of use.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from nacl.public import PrivateKey

from accounts.enums import Role
from budgets.enums import AgentState, StepKind, WorkState
from budgets.minutes import content_of
from budgets.models import Heading
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    AgreementFactory,
    AgreementFileFactory,
    BaselineSheetFactory,
    ReportFactory,
    TransferFactory,
)
from tests.budgets.factories import (
    AgentFactory,
    BudgetFactory,
    CommitteeMemberFactory,
    CommitteeReportFactory,
    EvaluationFactory,
    ImportedElectionFactory,
    MinutesFactory,
    ObservationFactory,
    ProjectFactory,
    WorkFactory,
)
from tests.factories import (
    CommentFactory,
    DebateFactory,
    MunicipalityFactory,
    PollFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    TableFactory,
    ThreadFactory,
    UserFactory,
)
from tests.norms.factories import (
    AnchorFactory,
    AnnotationFactory,
    InitiativeFactory,
    NormFactory,
    OfficeAnswerFactory,
    VersionFactory,
    WordingFactory,
)
from tests.norms.texts import written
from tests.processes.factories import (
    EscalationFactory,
    MeetingFactory,
    MinutesFactory as MeetingMinutesFactory,
    OutcomeFactory as OutcomeOfAProcessFactory,
    ProcessFactory,
    ProcessTemplateFactory,
    StepFactory as StepOfAProcessFactory,
    UndertakingFactory,
)
from votes import opening
from votes.actions import urn as urns


OK, FOUND, LOGIN, NO, GONE, REFUSED = "OK", "FOUND", "LOGIN", "NO", "GONE", "REFUSED"
WRONG = "WRONG"
PEOPLE = ("visitor", "registered", "resident", "author", "moderator", "neighbour's moderator")

ACCESS = [
    # page                         method  of what      visitor  regist.  resident author   moder.   neighbour's
    ("proposals:index",            "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("proposals:new",              "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("proposals:feed",             "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("proposals:points",           "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("proposals:write",            "get",  None,        (LOGIN,  OK,      OK,      OK,      OK,      OK)),
    ("proposals:mine",             "get",  None,        (LOGIN,  OK,      OK,      OK,      OK,      OK)),
    ("proposals:detail",           "get",  "published", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("proposals:detail",           "get",  "hidden",    (GONE,   GONE,    GONE,    OK,      OK,      GONE)),
    ("proposals:detail",           "get",  "draft",     (NO,     NO,      NO,      FOUND,   NO,      NO)),
    ("proposals:history",          "get",  "published", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("proposals:history",          "get",  "hidden",    (NO,     NO,      NO,      OK,      OK,      NO)),
    ("proposals:history",          "get",  "draft",     (NO,     NO,      NO,      NO,      NO,      NO)),
    ("proposals:edit",             "get",  "draft",     (LOGIN,  NO,      NO,      OK,      NO,      NO)),
    ("proposals:edit",             "get",  "published", (LOGIN,  NO,      NO,      OK,      NO,      NO)),
    ("proposals:preview",          "get",  "draft",     (LOGIN,  NO,      NO,      OK,      NO,      NO)),
    ("proposals:publish",          "post", "draft",     (LOGIN,  NO,      NO,      FOUND,   NO,      NO)),
    ("proposals:delete",           "post", "draft",     (LOGIN,  NO,      NO,      FOUND,   NO,      NO)),
    ("proposals:autosave_draft",   "post", "draft",     (NO,     NO,      NO,      OK,      NO,      NO)),
    ("proposals:retire",           "get",  "published", (LOGIN,  FOUND,   FOUND,   OK,      FOUND,   FOUND)),
    ("proposals:request_vote",     "get",  "published", (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("proposals:answer_vote_request", "get", "published", (LOGIN, NO,     NO,      NO,      REFUSED, NO)),
    ("proposals:support",          "post", "published", (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("proposals:support",          "post", "hidden",    (NO,     NO,      NO,      FOUND,   FOUND,   NO)),
    ("proposals:support",          "post", "draft",     (NO,     NO,      NO,      FOUND,   NO,      NO)),
    ("agreed:indicator_periods",   "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("debates:index",              "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("debates:feed",               "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("debates:write",              "get",  None,        (LOGIN,  REFUSED, OK,      OK,      REFUSED, REFUSED)),
    ("debates:desk",               "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("debates:detail",             "get",  "debate",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("debates:detail",             "get",  "hidden debate", (GONE, GONE,  GONE,    OK,      OK,      GONE)),
    ("debates:history",            "get",  "debate",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("debates:history",            "get",  "hidden debate", (NO,  NO,     NO,      OK,      OK,      NO)),
    ("debates:edit",               "get",  "debate",    (LOGIN,  FOUND,   FOUND,   OK,      FOUND,   FOUND)),
    ("debates:close",              "get",  "debate",    (LOGIN,  FOUND,   FOUND,   OK,      FOUND,   FOUND)),
    ("debates:conclude",           "get",  "debate",    (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("norms:index",                "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("norms:by_number",            "get",  "norm",      (FOUND,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("norms:by_number",            "get",  "draft norm", (NO,    NO,      NO,      NO,      NO,      NO)),
    ("norms:detail",               "get",  "norm",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("norms:detail",               "get",  "draft norm", (NO,    NO,      NO,      NO,      NO,      NO)),
    ("norms:version",              "get",  "version of a norm", (OK, OK,  OK,      OK,      OK,      OK)),
    ("norms:version",              "get",  "version of a draft norm", (NO, NO, NO, NO,      NO,      NO)),
    ("norms:article",              "get",  "article of a norm", (OK, OK,  OK,      OK,      OK,      OK)),
    ("norms:article",              "get",  "article of a draft norm", (NO, NO, NO, NO,      NO,      NO)),
    ("norms:annotate",             "get",  "article of a norm", (LOGIN, OK, OK,    OK,      OK,      OK)),
    ("norms:annotate",             "post", "article of a norm", (LOGIN, WRONG, WRONG, WRONG, WRONG,  WRONG)),
    ("norms:annotate",             "get",  "article of a draft norm", (NO, NO, NO, NO,      NO,      NO)),
    ("norms:annotation",           "get",  "annotation", (OK,    OK,      OK,      OK,      OK,      OK)),
    ("votes:index",                "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:feed",                 "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:detail",               "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:detail",               "get",  "prepared vote", (NO, NO,      NO,      NO,      NO,      NO)),
    ("votes:rules",                "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:rules",                "get",  "prepared vote", (NO, NO,      NO,      NO,      NO,      NO)),
    ("votes:rules_json",           "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:places",               "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:places",               "get",  "prepared vote", (NO, NO,      NO,      NO,      NO,      NO)),
    ("votes:log",                  "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:log_json",             "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:check",                "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:vote",                 "get",  "vote",      (LOGIN,  REFUSED, OK,      OK,      REFUSED, REFUSED)),
    ("votes:vote",                 "get",  "prepared vote", (NO, NO,      NO,      NO,      NO,      NO)),
    ("votes:cast",                 "post", "vote",      (LOGIN,  REFUSED, WRONG,   WRONG,   REFUSED, REFUSED)),
    ("votes:audit",                "post", "vote",      (LOGIN,  REFUSED, WRONG,   WRONG,   REFUSED, REFUSED)),
    ("votes:desk",                 "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:calendar",             "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:new",                  "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:begin_from",           "post", None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:case",                 "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:edit",                 "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:documents",            "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:new_question",         "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:trustees",             "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:lots",                 "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:preview",              "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:approve",              "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:freeze",               "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:watchers",             "get",  "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:clone",                "post", "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:try_out",              "post", "prepared vote", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:turnout",              "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:call_off",             "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:pretend",              "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:answer",               "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:review",               "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:auditors",             "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:auditors",             "post", "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:objections",           "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:keys",                 "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:keys",                 "post", "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:opening",              "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:opening",              "post", "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:keys_sheet",           "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:closing_sheet",        "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:opening_sheet",        "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:custody",              "get",  "vote",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:tables",               "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:table",                "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:hand_out",             "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:hand_out",             "post", "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:spoiled_paper",        "post", "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:supply_papers",        "post", "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:empty_box",            "post", "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:acta_of_table",        "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:sums_of_table",        "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:enter",                "post", "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:enter_list",           "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:settle_table",         "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:enter_afresh",         "post", "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:signatures_sheet",     "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:acta_sheet",           "get",  "table",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:paper_ballot",         "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:poll_desks",           "get",  "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:poll_desks",           "post", "vote",      (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:desks",                "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:new_desk",             "post", None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("votes:results",               "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:verify",                "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:results_csv",           "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:package",               "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:acta",                  "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:integrity",             "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:integrity_pdf",         "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:integrity_json",        "get",  "vote", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("votes:object",                "get",  "vote", (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("votes:results",               "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:verify",                "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:results_csv",           "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:package",               "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:acta",                  "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:integrity",             "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:integrity_pdf",         "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:integrity_json",        "get",  "counted vote", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("votes:object",                "get",  "counted vote", (LOGIN,  FOUND,   OK,      OK,      FOUND,   FOUND)),
    ("votes:object",                "post",  "counted vote", (LOGIN,  FOUND,   WRONG,   WRONG,   FOUND,   FOUND)),
    # --- Processes
    ("processes:index",             "get",  None,               (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:feed",              "get",  None,               (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:detail",            "get",  "process",          (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:detail",            "get",  "draft process",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:by_number",         "get",  "process",          (FOUND,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("processes:by_number",         "get",  "draft process",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:rules",             "get",  "process",          (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:rules",             "get",  "draft process",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:rules_text",        "get",  "process",          (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:rules_text",        "get",  "draft process",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:history",           "get",  "process",          (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:history",           "get",  "draft process",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:desk",              "get",  None,               (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:write",             "get",  None,               (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:write",             "post", None,               (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:manage",            "get",  "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:manage",            "get",  "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:edit",              "get",  "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:edit",              "post", "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:steps",             "get",  "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:steps",             "post", "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:team",              "get",  "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:team",              "post", "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:documents",         "get",  "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:documents",         "post", "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:open",              "get",  "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:open",              "post", "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:close",             "get",  "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:close",             "post", "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:call_off",          "get",  "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:call_off",          "post", "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:outcome",           "get",  "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:outcome",           "post", "process",          (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:review_outcome",    "get",  "decided process",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:review_outcome",    "post", "decided process",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:choose_template",   "get",  None,               (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:clone",             "get",  "template",         (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:clone",             "post", "template",         (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:parts",             "get",  "draft process",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:prepare_part",      "post", "step of a process", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:open_debate_of_step", "get", "step of a process", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:open_debate_of_step", "post", "step of a process", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:poster",            "get",  "process",          (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:poster",            "get",  "draft process",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:radio",             "get",  "process",          (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:radio",             "get",  "draft process",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:link_step",         "get",  "step of a process", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:link_step",         "post", "step of a process", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:index",              "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:feed",               "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:detail",             "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:detail",             "get",  "draft budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:by_number",          "get",  "budget",    (FOUND,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("budgets:rules_page",         "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:rules_page",         "get",  "draft budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:rules_json",         "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:rules_json",         "get",  "draft budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:desk",               "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:new",                "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:new",                "post", None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:case",               "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:edit",               "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:headings",           "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:criteria",           "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:steps",              "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:open",               "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:cancel",             "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:clone",              "get",  "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:edit",               "post", "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:headings",           "post", "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:open",               "post", "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:cancel",             "post", "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:clone",              "post", "draft budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:agents",             "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:agent_list_pdf",     "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:agent_list_csv",     "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:blank_agent_sheet",  "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:register_agent",     "get",  "budget",    (LOGIN,  OK,      OK,      OK,      OK,      OK)),
    ("budgets:register_agent",     "post", "budget",    (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("budgets:autosave_agent",     "post", "budget",    (REFUSED, OK,     OK,      OK,      OK,      OK)),
    ("budgets:agents_desk",        "get",  "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:close_list",         "get",  "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:close_list",         "post", "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:agent",              "get",  "agent",     (NO,     NO,      NO,      OK,      NO,      NO)),
    ("budgets:agent",              "get",  "draft agent", (NO,   NO,      NO,      OK,      NO,      NO)),
    ("budgets:edit_agent",         "get",  "draft agent", (LOGIN, NO,     NO,      OK,      NO,      NO)),
    ("budgets:edit_agent",         "get",  "agent",     (LOGIN,  NO,      NO,      FOUND,   NO,      NO)),
    ("budgets:delete_agent",       "post", "draft agent", (NO,   NO,      NO,      FOUND,   NO,      NO)),
    ("budgets:agent_sheet",        "get",  "agent",     (NO,     NO,      NO,      OK,      NO,      NO)),
    ("budgets:withdraw_agent",     "get",  "agent",     (NO,     NO,      NO,      OK,      NO,      NO)),
    ("budgets:agent_case",         "get",  "agent",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:accept_agent",       "post", "agent",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:observe_agent",      "post", "agent",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:reject_agent",       "post", "agent",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:minutes",            "get",  "watched budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:minutes",            "get",  "agreed budget", (OK, OK,      OK,      OK,      OK,      OK)),
    ("budgets:minutes_pdf",        "get",  "watched budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:minutes_pdf",        "get",  "agreed budget", (OK, OK,      OK,      OK,      OK,      OK)),
    ("budgets:minutes_json",       "get",  "agreed budget", (OK, OK,      OK,      OK,      OK,      OK)),
    ("budgets:minutes_desk",       "get",  "watched budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:write_minutes",      "get",  "watched budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:issue_minutes",      "post", "watched budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:sign_minutes",       "get",  "agreed budget", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:add_addendum",       "post", "agreed budget", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:committee",          "get",  "watched budget", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:committee",          "get",  "draft budget", (NO,  NO,      NO,      NO,      NO,      NO)),
    ("budgets:committee_room",     "get",  "watched budget", (LOGIN,  REFUSED, REFUSED, OK,      REFUSED, REFUSED)),
    ("budgets:write_report",       "get",  "watched budget", (LOGIN,  REFUSED, REFUSED, OK,      REFUSED, REFUSED)),
    ("budgets:write_report",       "post", "watched budget", (LOGIN,  REFUSED, REFUSED, OK,      REFUSED, REFUSED)),
    ("budgets:leave_committee",    "post", "watched budget", (LOGIN,  REFUSED, REFUSED, FOUND,   REFUSED, REFUSED)),
    ("budgets:report",             "get",  "report",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:answer_report",      "get",  "report",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:answer_report",      "post", "report",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:committee_desk",     "get",  "watched budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:form_committee",     "get",  "watched budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:add_member",         "post", "watched budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:end_member",         "get",  "member",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:invite_member",      "post", "member",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:projects",           "get",  "watched budget", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:projects",           "get",  "draft budget", (NO,  NO,      NO,      NO,      NO,      NO)),
    ("budgets:projects_map",       "get",  "watched budget", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:project",            "get",  "project",   (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:projects_desk",      "post", "watched budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:project_case",       "get",  "project",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:edit_project",       "post", "project",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:move_project",       "post", "project",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:delay_project",      "post", "project",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:spend",              "post", "project",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:add_milestone",      "post", "project",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:accounts",           "get",  "watched budget", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:accounts",           "get",  "draft budget", (NO,  NO,      NO,      NO,      NO,      NO)),
    ("budgets:works",              "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:works_points",       "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:works_feed",         "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:similar_works",      "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:write_work",         "get",  "budget",    (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("budgets:my_works",           "get",  None,        (LOGIN,  OK,      OK,      OK,      OK,      OK)),
    ("budgets:work",               "get",  "work",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:work",               "get",  "hidden work", (GONE, GONE,    GONE,    OK,      OK,      GONE)),
    ("budgets:work",               "get",  "draft work", (NO,    NO,      NO,      FOUND,   NO,      NO)),
    ("budgets:work_history",       "get",  "work",      (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:work_history",       "get",  "hidden work", (NO,   NO,      NO,      OK,      OK,      NO)),
    ("budgets:work_history",       "get",  "draft work", (NO,    NO,      NO,      NO,      NO,      NO)),
    ("budgets:edit_work",          "get",  "draft work", (LOGIN, NO,      NO,      OK,      NO,      NO)),
    ("budgets:edit_work",          "get",  "work",      (LOGIN,  NO,      NO,      OK,      NO,      NO)),
    ("budgets:preview_work",       "get",  "draft work", (LOGIN, NO,      NO,      OK,      NO,      NO)),
    ("budgets:publish_work",       "post", "draft work", (LOGIN, NO,      NO,      FOUND,   NO,      NO)),
    ("budgets:delete_work",        "post", "draft work", (LOGIN, NO,      NO,      FOUND,   NO,      NO)),
    ("budgets:autosave_work_draft", "post", "draft work", (NO,   NO,      NO,      OK,      NO,      NO)),
    ("budgets:withdraw_work",      "get",  "work",      (LOGIN,  FOUND,   FOUND,   OK,      FOUND,   FOUND)),
    ("budgets:withdraw_from_ballot", "get", "work",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:support_work",       "post", "work",      (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("budgets:support_work",       "post", "hidden work", (NO,   NO,      NO,      FOUND,   FOUND,   NO)),
    ("budgets:support_work",       "post", "draft work", (NO,    NO,      NO,      FOUND,   NO,      NO)),
    ("budgets:unsupport_work",     "post", "hidden work", (NO,   NO,      NO,      FOUND,   FOUND,   NO)),
    ("budgets:results",           "get",  "budget", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:results",           "get",  "draft budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:how_counted",       "get",  "budget", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:how_counted",       "get",  "draft budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:open_data",         "get",  "budget", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:open_data",         "get",  "draft budget", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:ballots",           "get",  "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:make_ballot",       "get",  "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:elect_committee",   "get",  "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:tallies",           "get",  "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:draw_lots",         "get",  "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:confirm_matrix",    "get",  "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:make_ballot",       "post", "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:count_now",         "post", "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:draw_lots",         "post", "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:confirm_matrix",    "post", "budget", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:elections",         "get",  None, (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:election",          "get",  "election", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:election_pb",       "get",  "election", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:import_pb",         "get",  None, (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:import_pb",         "post", None, (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:drop_election",     "post", "election", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:decisions",          "get",  "budget",    (OK,     OK,      OK,      OK,      OK,      OK)),
    ("budgets:matrix_order",       "get",  "budget",    (NO,     NO,      NO,      NO,      NO,      NO)),
    ("budgets:evaluations",        "get",  "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:take_up",            "get",  "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:matrix",             "get",  "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:decisions_desk",     "get",  "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:publish_decisions",  "post", "budget",    (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:assign",             "get",  "evaluated work", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:score",              "get",  "evaluated work", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:publish_appeal",     "post", "evaluated work", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("budgets:mend",               "get",  "evaluated work", (LOGIN, FOUND, FOUND, FOUND,   FOUND,   FOUND)),
    ("budgets:mend",               "get",  "observed work", (LOGIN, FOUND,  FOUND,   OK,      FOUND,   FOUND)),
    ("budgets:appeal",             "get",  "evaluated work", (LOGIN, FOUND, FOUND, FOUND,   FOUND,   FOUND)),
    ("agreed:transfers",           "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:begin_transfer",      "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:begin_transfer",      "post", None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:transfer",            "get",  "transfer",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:transfer_readiness",  "post", "transfer",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:transfer_preset",     "post", "transfer",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:transfer_accept",     "post", "transfer",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:convenios",           "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agreed:convenio",            "get",  "convenio",  (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agreed:convenio_pdf",        "get",  "convenio",  (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agreed:convenio_docx",       "get",  "convenio",  (NO,     NO,      NO,      NO,      NO,      NO)),
    ("agreed:convenio",            "get",  "kept convenio", (NO, NO,      NO,      NO,      NO,      NO)),
    ("agreed:convenio_pdf",        "get",  "kept convenio", (NO, NO,      NO,      NO,      NO,      NO)),
    ("agreed:convenio_file",       "get",  "convenio's public file", (OK, OK, OK,  OK,      OK,      OK)),
    ("agreed:convenio_file",       "get",  "convenio's own file", (NO, NO,  NO,    NO,      NO,      NO)),
    ("agreed:report",              "get",  "convenio's report", (NO, NO,  NO,      NO,      NO,      NO)),
    ("agreed:certify_report",      "post", "convenio's report", (NO, NO,  NO,      NO,      NO,      NO)),
    ("participation:activity",     "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("participation:activity_feed", "get", None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("participation:newsletters",  "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("participation:newsletter_desk", "get", None,      (LOGIN,  NO,      NO,      NO,      NO,      NO)),
    ("participation:write_newsletter", "post", None,    (LOGIN,  NO,      NO,      NO,      NO,      NO)),
    ("municipalities:workload",    "get",  None,        (LOGIN,  NO,      NO,      NO,      OK,      NO)),
    ("participation:comment",      "get",  "comment",   (OK,     OK,      OK,      OK,      OK,      OK)),
    ("participation:comment",      "get",  "hidden comment", (OK, OK,     OK,      OK,      OK,      OK)),
    ("participation:comment",      "get",  "closed comment", (NO, NO,     NO,      NO,      OK,      NO)),
    ("participation:reply",        "get",  "comment",   (LOGIN,  OK,      OK,      OK,      OK,      OK)),
    ("participation:reply",        "get",  "hidden comment", (LOGIN, FOUND, FOUND, FOUND,   FOUND,   FOUND)),
    ("participation:reply",        "post", "closed comment", (NO, NO,     NO,      NO,      FOUND,   NO)),
    ("participation:edit_comment", "get",  "comment",   (LOGIN,  FOUND,   FOUND,   OK,      FOUND,   FOUND)),
    ("participation:edit_comment", "get",  "hidden comment", (LOGIN, FOUND, FOUND, FOUND,   FOUND,   FOUND)),
    ("participation:take_back_comment", "get", "comment", (LOGIN, FOUND,  FOUND,   OK,      FOUND,   FOUND)),
    ("participation:comment_history", "get", "comment", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("participation:comment_history", "get", "hidden comment", (NO, NO,   NO,      NO,      NO,      NO)),
    ("participation:react_to_comment", "post", "comment", (LOGIN, FOUND,  FOUND,   FOUND,   FOUND,   FOUND)),
    ("agreed:baselines",           "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:baseline",            "get",  "baseline",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:lock_baseline",       "post", "baseline",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:correct_baseline",    "get",  "baseline",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:interests",           "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:own_quality",         "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:own_evaluation",      "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:own_observations",    "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:recommendations",     "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:tell_own_learning",   "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:evaluate_own",        "get",  "transfer",  (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:check_transfer",      "get",  "transfer",  (NO,     NO,      NO,      NO,      NO,      NO)),
    ("agreed:desk",                "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:ask_for_help",        "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:calendar",            "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:index",               "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:ics",                 "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:feed",                "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:all_agreements_json", "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:all_agreements_csv",  "get",  None,        (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:meeting",             "get",  "meeting",   (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:meeting",             "get",  "draft meeting", (NO, NO,      NO,      NO,      NO,      NO)),
    ("agenda:meeting",             "get",  "closed meeting", (OK, OK,     OK,      OK,      OK,      OK)),
    ("agenda:meeting_ics",         "get",  "meeting",   (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:meeting_ics",         "get",  "draft meeting", (NO, NO,      NO,      NO,      NO,      NO)),
    ("agenda:agreements_json",     "get",  "meeting",   (OK,     OK,      OK,      OK,      OK,      OK)),
    ("agenda:agreements_csv",      "get",  "draft meeting", (NO, NO,      NO,      NO,      NO,      NO)),
    ("agenda:register",            "post", "meeting",   (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("agenda:register",            "post", "draft meeting", (NO, NO,      NO,      NO,      NO,      NO)),
    ("agenda:unregister",          "post", "meeting",   (LOGIN,  FOUND,   FOUND,   FOUND,   FOUND,   FOUND)),
    ("agenda:minutes",             "get",  "meeting",   (NO,     NO,      NO,      NO,      NO,      NO)),
    ("agenda:minutes",             "get",  "held meeting", (OK,  OK,      OK,      OK,      OK,      OK)),
    ("agenda:minutes",             "get",  "restricted meeting", (OK, OK, OK,      OK,      OK,      OK)),
    ("agenda:minutes_pdf",         "get",  "held meeting", (OK,  OK,      OK,      OK,      OK,      OK)),
    ("agenda:minutes_pdf",         "get",  "restricted meeting", (NO, NO, NO,      NO,      NO,      NO)),
    ("agenda:desk",                "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:write",               "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:manage",              "get",  "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:edit",                "get",  "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:call",                "post", "draft meeting", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:move",                "post", "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:cancel",              "post", "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:attendance",          "get",  "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:write_minutes",       "get",  "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:publish_minutes",     "post", "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agenda:agree",               "get",  "meeting",   (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("agreed:compliance",          "get",  None,        (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    # Citizens' initiatives, and what machines read of norms
    ("norms:desk",                  "get",  None,       (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:write",                 "get",  None,       (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:write",                 "post", None,       (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:manage",                "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:edit",                  "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:edit",                  "post", "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:import_text",           "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:import_text",           "post", "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:copy_version",          "post", "norm",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:structure",             "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:structure",             "post", "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:add_part",              "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:add_part",              "post", "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:edit_part",             "get",  "version of a draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:edit_part",             "post", "version of a draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:cut_part",              "get",  "version of a draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:cut_part",              "post", "version of a draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:plain",                 "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:publish_version",       "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:publish_version",       "post", "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:publish",               "get",  "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:publish",               "post", "draft norm", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:extend",                "get",  "norm",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:extend",                "post", "norm",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:withdraw",              "get",  "norm",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:withdraw",              "post", "norm",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:result",                "get",  "norm",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:result",                "post", "norm",     (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:initiatives",          "get",  None,        (OK,      OK,      OK,      OK,      OK,      OK)),
    ("norms:initiative",           "get",  "initiative", (OK,      OK,      OK,      OK,      OK,      OK)),
    ("norms:initiative",           "get",  "draft initiative", (NO,      NO,      NO,      NO,      NO,      NO)),
    ("norms:write_initiative",     "get",  None,        (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:edit_initiative",      "get",  "initiative", (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:publish_initiative",   "post", "draft initiative", (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:from_proposal",        "get",  "published", (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:history",              "get",  "norm",      (OK,      OK,      OK,      OK,      OK,      OK)),
    ("norms:history",              "get",  "draft norm", (NO,      NO,      NO,      NO,      NO,      NO)),
    ("norms:feed",                 "get",  None,        (OK,      OK,      OK,      OK,      OK,      OK)),
    ("norms:text_json",            "get",  "norm",      (OK,      OK,      OK,      OK,      OK,      OK)),
    ("norms:text_json",            "get",  "draft norm", (NO,      NO,      NO,      NO,      NO,      NO)),
    # Wordings, answers to contributions, and what changed because of them
    ("norms:wordings",             "get",  "norm",      (OK,      OK,      OK,      OK,      OK,      OK)),
    ("norms:wordings",             "get",  "draft norm", (NO,      NO,      NO,      NO,      NO,      NO)),
    ("norms:take_stance",          "post", "wording", (LOGIN, FOUND, FOUND, FOUND, FOUND, FOUND)),
    ("norms:answers",              "get",  "norm",      (OK,      OK,      OK,      OK,      OK,      OK)),
    ("norms:answers",              "get",  "draft norm", (NO,      NO,      NO,      NO,      NO,      NO)),
    ("norms:changes",              "get",  "norm with a text", (OK, OK,    OK,      OK,      OK,      OK)),
    ("norms:answer_history",       "get",  "norm's answer", (OK, OK,    OK,      OK,      OK,      OK)),
    ("norms:answer_history",       "get",  "draft norm's answer", (NO, NO, NO,   NO,      NO,      NO)),
    ("norms:obstacles",            "get",  "norm",      (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:answer_desk",          "get",  "norm",      (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:answer",               "get",  "norm",      (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:written_answers",      "get",  "norm",      (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:publish_answers",      "post", "norm",      (LOGIN,   REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:edit_answer",          "get",  "draft norm's answer", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("norms:publish_answer",       "post", "draft norm's answer", (LOGIN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:town_undertakings", "get", None, (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:table", "get", "dialogue", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:table", "get", "draft dialogue", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:undertakings", "get", "dialogue", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:undertakings", "get", "draft dialogue", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:undertaking", "get", "promise", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:undertaking", "get", "confidential promise", (NO,     NO,      NO,      NO,      NO,      NO)),
    ("processes:agree", "get", "dialogue", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:agree", "post", "dialogue", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:parties", "get", "draft dialogue", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:parties", "post", "draft dialogue", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:tell", "get", "promise", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:tell", "post", "promise", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:ask_evidence", "get", "promise", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:ask_evidence", "post", "promise", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:escalations", "get", None, (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:escalation", "get", "raised matter", (OK,     OK,      OK,      OK,      OK,      OK)),
    ("processes:escalation_desk", "get", None, (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:escalate", "get", "matter", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:escalate", "post", "matter", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:take_in_escalation", "get", "raised matter", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:take_in_escalation", "post", "raised matter", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:answer_escalation", "get", "raised matter", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
    ("processes:answer_escalation", "post", "raised matter", (LOGIN,  REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)),
]  # fmt: skip


@pytest.fixture
def town():
    modules = [Module.PROPOSALS, Module.DEBATES, Module.VOTES, Module.BUDGETS, Module.NORMS]
    return MunicipalityFactory(slug="otuzco", modules=modules)


@pytest.fixture
def people(town):
    neighbour = MunicipalityFactory()
    with municipality_scope(town):
        moderator = RoleGrantFactory(municipality=town, role=Role.MODERATOR).user
    with municipality_scope(neighbour):
        stranger = RoleGrantFactory(municipality=neighbour, role=Role.MODERATOR).user
    resident, author = ResidentFactory.create_batch(2, district=town.place)
    users = (None, UserFactory(), resident.user, author.user, moderator, stranger)
    return dict(zip(PEOPLE, users, strict=True))


def comment(kind, town, author):
    """On a debate of somebody else, which moderation may have closed to the public."""
    debate = DebateFactory(municipality=town, thread__is_public=not kind.startswith("closed"))
    hidden = {"hidden_at": timezone.now(), "hidden_rule": "insult"} if "hidden" in kind else {}
    return CommentFactory(municipality=town, thread=debate.thread, author=author, **hidden)


def counted(town):
    """A vote that was over yesterday, in which nobody voted."""
    key, closed = PrivateKey.generate(), timezone.now() - timedelta(days=1)
    poll = PollFactory(
        municipality=town,
        opens_at=closed - timedelta(days=1),
        closes_at=closed,
        ready=True,
        ready__seal_key=bytes(key.public_key),
    )
    opening.open_urn(urns.close(poll.urn), private_key=bytes(key), eligible=100)
    return poll


def of_a_budget(kind, town, author):
    """Of an open budget, whose committee the author is in; or of one that is being prepared."""
    budget = BudgetFactory(municipality=town, opened=kind != "draft budget")
    member = CommitteeMemberFactory(budget=budget, account=author)
    if kind == "agreed budget":
        content = content_of(MinutesFactory.build(municipality=town, budget=budget))
        issued = {"issued_at": timezone.now(), "issued_by": UserFactory(), "digest": b"d" * 32}
        MinutesFactory(budget=budget, content=content, **issued)
    if kind == "project":
        heading = budget.groups.get().headings.get()
        return ProjectFactory(
            work=WorkFactory(heading=heading, feasible=True, state=WorkState.CHOSEN)
        )
    if kind == "report":
        return CommitteeReportFactory(budget=budget)
    return member if kind == "member" else budget


def budget_of(town):
    running = [StepKind.CALL, StepKind.WORKS, StepKind.SUPPORTS]
    return BudgetFactory(municipality=town, running=running, opened=True)


def work(kind, town, author):
    """A draft, published, hidden by moderation, under evaluation, or to be mended."""
    heading = Heading.objects.get(group__budget=budget_of(town))
    if kind in ("evaluated work", "observed work"):
        evaluated = WorkFactory(heading=heading, evaluated=True, author=author)
        if kind == "observed work":
            evaluation = EvaluationFactory(work=evaluated)
            ObservationFactory(municipality=town, evaluation=evaluation)
        return evaluated
    hidden = {"hidden_at": timezone.now(), "hidden_reason": "x"} if "hidden" in kind else {}
    is_draft = kind.startswith("draft")
    return WorkFactory(heading=heading, author=author, published=not is_draft, **hidden)


def convenio(kind, town):
    """Published or kept between its parties; or something of a published one."""
    agreement = AgreementFactory(towns=[town], published=not kind.startswith("kept"))
    if kind.endswith("file"):
        return AgreementFileFactory(agreement=agreement, is_public="public" in kind)
    if kind.endswith("report"):
        party = agreement.parties.get(organization__town=town)
        return ReportFactory(agreement=agreement, party=party)
    return agreement


def process(kind, town):
    """Open, in preparation or with its outcome; or a step of one."""
    if kind == "decided process":
        return OutcomeOfAProcessFactory(municipality=town).process
    if kind == "step of a process":
        return StepOfAProcessFactory(municipality=town)
    return ProcessFactory(municipality=town, draft=kind.startswith("draft"))


def of_an_answered_norm(kind, town):
    """With a text that everybody reads, and what people and the office say of it."""
    if kind == "norm with a text":
        return VersionFactory(municipality=town, published_at=timezone.now()).norm
    if kind == "wording":
        return WordingFactory(municipality=town)
    is_draft = kind.startswith("draft")
    return OfficeAnswerFactory(municipality=town, published_at=None if is_draft else timezone.now())


def of_norms(kind, town):
    """A norm, published or being prepared, or an initiative that everybody reads or only staff."""
    is_draft = kind.startswith("draft")
    if kind.endswith("initiative"):
        return InitiativeFactory(municipality=town, **({"published_at": None} if is_draft else {}))
    return NormFactory(municipality=town, draft=is_draft)


def of_a_dialogue(kind, town):
    """Something that was promised at a table; one may be confidential, a table in preparation."""
    if kind.endswith("promise"):
        return UndertakingFactory(municipality=town, is_public=kind == "promise")
    return ProcessFactory(municipality=town, dialogue=True, draft=kind.startswith("draft"))


def meeting(kind, town):
    """Called, in preparation, closed; or held, with an acta for everybody or for staff alone."""
    if kind in ("held meeting", "restricted meeting"):
        restricted = kind == "restricted meeting"
        return MeetingMinutesFactory(municipality=town, is_restricted=restricted).meeting
    traits = {kind.split()[0]: True} if " " in kind else {"takes_registrations": True}
    return MeetingFactory(municipality=town, **traits)


def of_a_norm(kind, town):
    """Open for comments or in preparation; its first version, a provision of it, marked words."""
    [part] = written(town, "La bicicleta circula.", draft="draft" in kind)
    if kind == "annotation":
        about = {"article": part.article, "version": part.version}
        return AnchorFactory(
            municipality=town, part=part, annotation=AnnotationFactory(municipality=town, **about)
        ).annotation
    if kind.startswith("version"):
        return part.version
    return part.article if kind.startswith("article") else part.version.norm


def thing(kind, town, author):
    if kind.endswith("norm") or kind == "annotation":
        return of_a_norm(kind, town)
    if kind.endswith("meeting"):
        return meeting(kind, town)
    if kind.endswith(("promise", "dialogue")):
        return of_a_dialogue(kind, town)
    if kind == "raised matter":
        return EscalationFactory(municipality=town)
    if kind == "matter":
        return ThreadFactory(municipality=town, is_public=True)
    if kind == "template":
        return ProcessTemplateFactory()
    if kind.endswith("process"):
        return process(kind, town)
    if kind.endswith(("wording", "norm's answer", "with a text")):
        return of_an_answered_norm(kind, town)
    if kind.endswith(("norm", "initiative")):
        return of_norms(kind, town)
    if "convenio" in kind:
        return convenio(kind, town)
    if kind.endswith(" budget") or kind in ("project", "report", "member"):
        return of_a_budget(kind, town, author)
    if kind == "budget":
        return budget_of(town)
    if kind == "election":
        return ImportedElectionFactory(municipality=town)
    if kind.endswith("work"):
        return work(kind, town, author)
    if kind.endswith("comment"):
        return comment(kind, town, author)
    if kind.endswith("debate"):
        return DebateFactory(municipality=town, author=author, thread__is_public=kind == "debate")
    if kind == "counted vote":
        return counted(town)
    if kind.endswith("vote"):
        return PollFactory(municipality=town, author=author, ready=kind == "vote")
    if kind.endswith("agent"):
        state = AgentState.DRAFT if kind.startswith("draft") else AgentState.SUBMITTED
        return AgentFactory(
            municipality=town, budget=budget_of(town), registered_by=author, state=state
        )
    if kind == "baseline":
        return BaselineSheetFactory(municipality=town)
    if kind == "table":
        return TableFactory(municipality=town)
    if kind == "transfer":
        return TransferFactory(municipality=town)
    if kind == "draft":
        return ProposalFactory(municipality=town, author=author)
    hidden = {"hidden_by": UserFactory(), "hidden_reason": "x"} if kind == "hidden" else {}
    proposal = ProposalFactory(municipality=town, author=author, published=True)
    if hidden:
        proposal.hidden_at = proposal.published_at
        for name, value in hidden.items():
            setattr(proposal, name, value)
        proposal.save()
    return proposal


def outcome(response):
    if response.status_code == 302 and response.url.startswith(reverse("account_login")):
        return LOGIN
    return {200: OK, 302: FOUND, 404: NO, 410: GONE, 403: REFUSED, 422: WRONG}[response.status_code]


@pytest.mark.parametrize(("page", "method", "kind", "expected"), ACCESS)
def test_who_may_open_what(client, town, people, settings, page, method, kind, expected):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    answers = []
    for person in people.values():
        client.logout()
        if person:
            client.force_login(person)
        with municipality_scope(town):
            args = [town.slug]
            if kind:
                proposal = thing(kind, town, people["author"])
                args += [proposal.budget_id] if kind.endswith("agent") else []
                args += [proposal.process_id] if kind == "step of a process" else []
                if kind.startswith(("version of", "article of")):
                    args += [proposal.norm_id, getattr(proposal, "slug", None) or proposal.number]
                else:
                    args += [proposal.code if kind == "template" else proposal.pk]
            if page.endswith("detail") or page == "budgets:work":
                address = proposal.get_absolute_url()
            else:
                address = reverse(page, args=args)
        answers.append(outcome(getattr(client, method)(address)))

    assert dict(zip(PEOPLE, answers, strict=True)) == dict(zip(PEOPLE, expected, strict=True))
