"""Pages of the tables cases are worked by: decisions, shifts, limits, categories, imports."""

from linli.domains.cases.urls.staff import at
from linli.domains.cases.web import categories, duty, imports, limits, shifts

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
    at("decisions/<int:no>/trial/<int:source>/<int:target>", duty.moved, "decision_moved"),
    at("decisions/<int:no>/put-in-force", duty.put_in_force, "put_decisions_in_force"),
    at("decisions/<int:no>/withdraw", duty.withdraw, "withdraw_decisions"),
    at("decisions/<int:no>/file", duty.export, "decision_file"),
    at("decisions/<int:no>/import", duty.read_sheet, "decision_sheet"),
    at("imports", imports.show, "imports"),
    at("imports/<int:key>", imports.run, "import_run"),
    at("imports/<int:key>/refused", imports.refused, "import_refused"),
    at("imports/files/<uuid:key>", imports.file, "import_file"),
    at("imports/files/<uuid:key>/start", imports.start, "start_import"),
    at("limits", limits.show, "limits"),
    at("limits/new", limits.override, "new_limit"),
    at("limits/<int:key>/end", limits.end, "end_limit"),
    at("limits/versions/<int:key>/publish", limits.publish, "publish_limits"),
    at("limits/file", limits.export, "limits_file"),
    at("limits/import", limits.read_workbook, "limits_workbook"),
    at("categories", categories.show, "categories"),
    at("shifts", shifts.show, "shifts"),
    at("shifts/<int:key>/end", shifts.end, "end_shift"),
]
