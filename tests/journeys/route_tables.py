"""Role × route × row: the tables of ``test_routes``, one line for every address of the platform.

``OPENS`` says who of the cast finds a page without a row in its address; ``POSTED`` are verbs; ``ROWS`` are addresses
with a row: there one of West Street is asked for by people of East Street, who must not find it, and by a witness who
does, so that no line of the table is true for want of a row. ``ELSEWHERE`` says which tests see to the rest.
"""

CAST = (
    "lin", "chen", "gao", "sun", "qian", "xu", "li", "wang", "hua", "ma", "zhao", "deng",
    "du", "he", "ding", "zhou", "root", "guan", "shen", "dan",
)  # fmt: skip
EVERYBODY = frozenset(CAST)


def only(names: str) -> frozenset[str]:
    return frozenset(names.split())


READERS = only("lin chen gao qian li wang du he ding zhou dan")
OPENS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("cases:workbench", "cases:intake", "cases:counts", "cases:export", "cases:search", "cases:take_report",
         "cases:dispatch_desk", "cases:supervision_desk", "cases:major", "cases:start_major", "cases:map",
         "account:me", "account:prove", "account:password", "live_ticket",
         "organisation:units", "organisation:export_units", "organisation:areas", "organisation:shapes",
         "organisation:check_grids", "organisation:grids", "organisation:people", "organisation:roles",
         "organisation:meetings", "organisation:lessons", "organisation:groups", "organisation:notices",
         "organisation:preference",
         "lists:home", "lists:bases", "lists:kinds", "lists:prohibitions",
         "lists:look_seal", "lists:mine", "lists:tasks", "lists:tasks_sheet", "lists:docking",
         "lists:docking_file", "lists:handings", "lists:modules", "lists:ledgers", "lists:ledger_sheet", "web:counts",
         "lists:admission", "lists:overview", "lists:plan", "lists:plan_sheet", "lists:key_projects", "lists:money",
         "lists:money_sheet", "lists:years", "lists:compare_years", "lists:years_sheet"),
        EVERYBODY,
    ),
    **dict.fromkeys(
        ("safety:patrol_plan", "safety:patrol_targets", "safety:patrol_targets_sheet", "safety:patrol_log",
         "safety:patrol_log_sheet", "safety:coverage", "safety:coverage_sheet", "safety:missed_patrols",
         "safety:missed_patrols_sheet", "safety:patrol_books", "safety:teams", "safety:guard", "safety:joints"),
        EVERYBODY,
    ),
    **dict.fromkeys(("safety:add_route", "safety:found_team"), only("wang")),
    **dict.fromkeys(("safety:patrols_live", "safety:live_marks"), only("lin gao li wang ding zhou")),
    "safety:order_guard": only("lin gao ding zhou"),
    "safety:ask_joint": only("zhao deng du he"),
    **dict.fromkeys(
        ("safety:hazards", "safety:hazards_sheet", "safety:hazard_map", "safety:hazard_points", "safety:find_hazard",
         "safety:hazard_figures", "safety:hazard_report", "safety:hazard_report_sheet", "safety:listings",
         "safety:inspections", "safety:inspections_sheet", "safety:checklists", "safety:campaigns"),
        EVERYBODY,
    ),
    "phones:mine": EVERYBODY,
    "phones:listed": only("root guan"),
    **dict.fromkeys(("phones:late", "phones:late_sheet"), only("qian li guan")),
    "phones:limits": only("dan"),
    **dict.fromkeys(
        ("safety:sites", "safety:sites_map", "safety:sites_sheet", "safety:site_labels", "safety:targets",
         "safety:matrix", "safety:matrix_sheet", "safety:duty_units", "safety:plans", "safety:risks"),
        EVERYBODY,
    ),
    **dict.fromkeys(
        ("safety:add_site", "safety:site_attributes", "safety:import_sites", "safety:sites_pattern"), only("wang ma")
    ),
    "safety:add_check_item": only("dan"),
    "safety:begin_campaign": only("wang"),
    **dict.fromkeys(
        ("safety:federations", "safety:contacts", "safety:contacts_sheet", "safety:visits", "safety:visits_sheet"),
        EVERYBODY,
    ),
    "safety:found_federation": only("lin gao qian li ding zhou"),
    "safety:write_contact": only("wang hua ma"),
    "safety:plan_contact": only("lin gao qian li wang ma ding zhou"),
    "safety:write_visit": only("sun qian wang hua ma zhao deng du he"),
    **dict.fromkeys(
        ("cases:decisions", "cases:decision_gaps", "cases:limits", "cases:limits_file", "cases:categories",
         "cases:shifts"),
        READERS,
    ),
    **dict.fromkeys(("lists:seal_desk", "lists:seals", "lists:seal_register", "lists:seal_figures"), only("ma li")),
    **dict.fromkeys(
        ("lists:ask_seal", "lists:seal_lines", "lists:seal_register_sheet", "lists:seal_register_pdf"), only("ma")
    ),
    "lists:register_seal": only(""),
    **dict.fromkeys(("lists:check_up", "lists:check_sheet", "lists:close_year", "lists:register_honour"), only("dan")),
    "lists:add_plan_line": only("ma du dan"),
    **dict.fromkeys(("lists:give_task", "lists:propose_handing"), only("li du dan")),
    "lists:docking_sheet": only(""),
    "lists:apply": only("du"),
    "lists:admission_levels": only("dan"),
    "lists:bar": only(""),
    **dict.fromkeys(
        ("safety:duties", "safety:duties_sheet", "safety:my_duties", "safety:missed_duties",
         "safety:missed_duties_sheet", "safety:duty_figures", "safety:duty_figures_sheet", "safety:leave_desk",
         "organisation:series"),
        EVERYBODY,
    ),
    **dict.fromkeys(
        ("safety:set_duty", "safety:preview_duty", "organisation:begin_series"),
        only("lin gao qian li wang ma du ding zhou"),
    ),
    **dict.fromkeys(
        ("lists:asked_of_us", "lists:loads", "lists:loads_sheet"),
        only("lin chen gao sun qian xu li ma ding zhou root guan shen dan"),
    ),
    "lists:adhoc": only("gao qian li ma ding dan"),
    "lists:declare_emergency": only("gao li ding"),
    "lists:complaints": only("qian li ma du"),
    "lists:complain": only("ma"),
    "cases:imports": only("chen gao ding dan"),
    **dict.fromkeys(("cases:new_limit", "cases:limits_workbook", "organisation:wordings"), only("dan")),
    **dict.fromkeys(
        ("organisation:found_unit", "organisation:draw_area", "organisation:import_areas", "organisation:engage",
         "organisation:deliveries"),
        only("root"),
    ),
    "organisation:appoint": only("guan"),
    "lists:proposals": only("li dan"),
    "lists:add_basis": only("dan"),
    "account:accounts": only("root guan"),
    "organisation:call_meeting": only("lin gao qian li wang ma du ding zhou"),
    **dict.fromkeys(
        ("organisation:readings", "organisation:export_readings", "organisation:changes", "organisation:journal"),
        only("shen"),
    ),
}  # fmt: skip
LEADS_ON = ("account:app",)
"""Answers staff with a redirect: another page comes first."""
ASKS_FOR_MORE = ("cases:map_cases", "cases:map_areas")
"""Answers staff with 422: a part of the map has to be named."""
POSTED = (
    "web:act_for", "lists:add_docking", "cases:save_filter", "cases:bulk", "cases:search_callers", "cases:send",
    "cases:draft_decisions",
    "account:sign_out", "account:end_others", "account:app_off", "account:new_codes", "account:passkey_add_begin",
    "account:passkey_add_finish", "organisation:create_groups", "organisation:read_notices", "lists:draft_plan",
    "lists:finish_plan_lines", "safety:renew_feed", "safety:forget_feed",
    "safety:issue_notices", "lists:run_check", "lists:count_executions",
)  # fmt: skip
ELSEWHERE = {
    "duties and series of meetings next door (test_duties_pages, test_web_series)": (
        "safety:duty", "safety:change_duty", "safety:end_duty", "safety:duty_time", "safety:duty_done",
        "safety:excuse_duty", "safety:restore_duty", "safety:stand_in", "safety:ask_swap", "safety:duty_photo",
        "safety:decide_leave", "safety:answer_swap", "organisation:end_series",
    ),
    "tables of the district, open to who works by them (test_tables_decisions, test_tables_limits)": (
        "cases:decision_version", "cases:new_decision_row", "cases:decision_row", "cases:drop_decision_row",
        "cases:decision_difference", "cases:decision_trial", "cases:decision_moved", "cases:put_decisions_in_force",
        "cases:withdraw_decisions", "cases:decision_file", "cases:decision_sheet", "cases:end_limit",
        "cases:publish_limits", "cases:end_shift",
    ),
    "files and runs of one's own (test_tables_imports)": (
        "cases:import_run", "cases:import_refused", "cases:import_file", "cases:start_import",
    ),
    "one's own filters, sessions and keys (test_web_workbench, test_accounts, test_second_factor)": (
        "cases:drop_filter", "account:end_session", "account:passkey_remove",
    ),
    "lists of a street, their items and proposals (domains/lists: test_web_browse)": (
        "lists:worklist", "lists:paper", "lists:sheet", "lists:versions", "lists:version", "lists:difference",
        "lists:moves", "lists:item", "lists:propose", "lists:import", "lists:proposal", "lists:proposal_line",
        "lists:drop_line", "lists:keep_line", "lists:proposal_step",
    ),
    "rules of lists, changed by who keeps a district's (domains/lists: test_rules)": (
        "lists:change_kind", "lists:lift",
    ),
    "basis documents, open to all staff, ended by who keeps lists (domains/lists: test_web_browse)": (
        "lists:basis", "lists:end_basis",
    ),
    "phones, one's own and those in one's charge (domains/field: test_phone_pages)": ("phones:stop_own", "phones:stop"),
    "wordings of the whole platform (test_web_audit)": ("organisation:wording", "organisation:restore_wording"),
    "deliveries of the whole platform (test_web_audit)": ("organisation:resend",),
    "tasks, handings, pairs and modules of others (test_tasks, test_handing, test_docking, test_modules)": (
        "lists:task", "lists:task_step", "lists:task_file", "lists:task_batch", "lists:handing", "lists:handing_step",
        "lists:end_docking", "lists:item_way", "lists:modules_of", "lists:add_module", "lists:assign_module",
    ),
    "lines, projects, findings and honours next door (test_living_web, test_living_check, test_living_years)": (
        "lists:plan_line", "lists:change_plan_line", "lists:finish_plan_line", "lists:drop_plan_line",
        "lists:take_up_plan_line", "lists:reopen_plan_line", "lists:plan_evidence", "lists:key_project", "lists:runs",
        "lists:set_aside", "lists:take_back_aside", "lists:mend", "lists:take_back_honour",
    ),
    "requests, seals and outings of another committee (test_seal_pages)": (
        "lists:seal_use", "lists:seal_step", "lists:seal_file", "lists:seal_applicant", "lists:seal",
        "lists:seal_imprint", "lists:hand_over_seal", "lists:change_seal", "lists:ask_seal_out", "lists:seal_out",
        "lists:seal_out_step",
    ),
    "applications, reviews and opinions not one's own (test_admission_pages)": (
        "lists:application", "lists:revise_application", "lists:submit_application", "lists:withdraw_application",
        "lists:review", "lists:verdict", "lists:opinion", "lists:end_admission",
    ),
    "federations, their members, meetings and notices next door (test_federations, test_notices_to_members)": (
        "safety:federation", "safety:federation_directory", "safety:federation_sheet", "safety:join_federation",
        "safety:member_phone", "safety:change_member", "safety:call_federation", "safety:begin_federation_meetings",
        "safety:notify_hazards", "safety:federation_notices", "safety:tell_federation", "safety:federation_experience",
        "safety:notice", "safety:notice_file", "safety:recur_notice", "safety:answer_notice",
        "safety:dissolve_federation",
    ),
    "contacts and photos of visits next door (test_contacts, test_visits)": (
        "safety:committee_contacts", "safety:confirm_contact", "safety:visit_photo",
    ),
    "handing a case on next door (test_hazards_and_cases)": ("cases:pass_on",),
    "sites, their responsibilities, plans and risks next door (domains/safety: test_site_pages)": (
        "safety:site", "safety:amend_site", "safety:move_site", "safety:watch_site", "safety:turn_site",
        "safety:hand_responsibility", "safety:end_responsibility", "safety:holder_contact", "safety:set_target",
        "safety:duty_unit", "safety:lay_down_duty", "safety:end_post_duty", "safety:draft_plan", "safety:compare_plans",
        "safety:plan", "safety:plan_wall", "safety:approve_plan", "safety:withdraw_plan", "safety:record_drill",
        "safety:plan_file", "safety:assess_risk", "safety:assess_again", "safety:end_risk", "safety:check_risk",
    ),
    "routes, walks, books, teams and orders next door (domains/safety: test_patrol_pages, test_teams)": (
        "safety:route", "safety:change_route_points", "safety:change_route_time", "safety:end_route",
        "safety:write_walk", "safety:log_photo", "safety:follow_entry", "safety:report_entry", "safety:walk",
        "safety:walk_track", "safety:patrol_book", "safety:patrol_book_pdf", "safety:team", "safety:change_team",
        "safety:end_team", "safety:add_team_member", "safety:end_team_member", "safety:read_team_member",
        "safety:deployment", "safety:deployment_step", "safety:deployment_file", "safety:joint", "safety:joint_step",
        "safety:joint_file",
    ),
    "hazards and their listings next door (domains/safety: test_hazard_pages)": (
        "safety:hazard", "safety:hazard_notice", "safety:hazard_notice_pdf", "safety:hazard_file",
        "safety:hazard_step", "safety:propose_listing", "safety:listing", "safety:listing_step",
    ),
    "inspections and campaigns next door, items of all (domains/safety: test_inspections)": (
        "safety:file_inspection", "safety:inspection", "safety:inspection_pdf", "safety:inspection_file",
        "safety:end_check_item", "safety:campaign", "safety:close_campaign",
    ),
    "emergencies and complaints of others, loads next door (test_askable, test_loads)": (
        "lists:emergency", "lists:judge_emergency", "lists:complaint", "lists:answer_complaint", "lists:load",
        "lists:load_records", "lists:load_records_sheet",
    ),
}  # fmt: skip
BARE = ("healthz", "readyz", "metrics")
"""Answered before anybody is asked who they are (test_observing)."""

CASE = {
    "cases:case": "get", "cases:case_paper": "get", "cases:step": "get", "cases:link": "get",
    "cases:call_liaison": "get", "cases:send_one": "post", "cases:case_file": "get", "cases:read_contact": "post",
    "cases:read_words": "post", "cases:matter": "get",
}  # fmt: skip
ROWS: dict[str, tuple[str, str]] = {
    **{name: (verb, "zhou") for name, verb in CASE.items()},
    "cases:matter_step": ("get", "west_officer"),
    **dict.fromkeys(("organisation:unit", "organisation:below", "organisation:area"), ("get", "zhou")),
    **dict.fromkeys(
        ("organisation:tie_unit", "organisation:change_unit", "organisation:redraw_area", "organisation:describe_area"),
        ("get", "root"),
    ),
    **dict.fromkeys(
        ("organisation:untie_unit", "organisation:map_beat"),
        ("post", "root"),
    ),
    **dict.fromkeys(
        ("organisation:add_member", "organisation:add_resident", "organisation:remove_member"),
        ("post", "west_officer"),
    ),
    "organisation:person": ("get", "zhou"),
    "organisation:open_account": ("get", "root"),
    **dict.fromkeys(("organisation:end_post", "organisation:deputise"), ("get", "guan")),
    "account:account": ("get", "guan"),
    **dict.fromkeys(("account:give_password", "account:act"), ("post", "guan")),
    **dict.fromkeys(("organisation:meeting", "organisation:resolution"), ("get", "zhou")),
    **dict.fromkeys(
        ("organisation:cancel_meeting", "organisation:attend", "organisation:minute", "organisation:learn",
         "organisation:decide", "organisation:take_step"),
        ("post", "zhou"),
    ),
    "organisation:group": ("get", "zhou"),
    "organisation:hand_on": ("post", "west_officer"),
    "organisation:group_file": ("get", "west_officer"),
}  # fmt: skip
"""Route → how it is asked, and who finds it."""
OF_EAST = ("lin", "chen", "gao", "sun", "qian", "xu", "li", "wang", "hua", "ma", "zhao")
