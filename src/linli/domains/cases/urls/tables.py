"""Pages of the tables cases are worked by: decisions, shifts, limits, categories, imports."""

from linli.domains.cases.urls.staff import at
from linli.domains.cases.web import duty, shifts

urlpatterns = [
    at("decisions", duty.show, "decisions"),
    at("decisions/draft", duty.draft, "draft_decisions"),
    at("decisions/gaps", duty.gaps, "decision_gaps"),
    at("decisions/<int:no>", duty.show, "decision_version"),
    at("decisions/<int:no>/rows/new", duty.row, "new_decision_row"),
    at("decisions/<int:no>/rows/<int:row>", duty.row, "decision_row"),
    at("decisions/<int:no>/rows/<int:row>/drop", duty.drop_row, "drop_decision_row"),
    at("decisions/<int:no>/difference", duty.difference, "decision_difference"),
    at("decisions/<int:no>/trial", duty.trial, "decision_trial"),
    at("decisions/<int:no>/put-in-force", duty.put_in_force, "put_decisions_in_force"),
    at("decisions/<int:no>/withdraw", duty.withdraw, "withdraw_decisions"),
    at("decisions/<int:no>/file", duty.export, "decision_file"),
    at("decisions/<int:no>/import", duty.read_sheet, "decision_sheet"),
    at("shifts", shifts.show, "shifts"),
    at("shifts/<int:key>/end", shifts.end, "end_shift"),
]
