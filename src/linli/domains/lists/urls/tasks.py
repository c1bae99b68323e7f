"""Tasks along the docking table, what I must do, handings, modules."""

from django.urls import URLPattern, path

from linli.domains.lists.web import docking, handings, ledgers, mine, modules, tasks
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("mine", mine.show, "mine"),
    at("tasks", tasks.desk, "tasks"),
    at("tasks/sheet", tasks.sheet, "tasks_sheet"),
    at("tasks/new", tasks.give, "give_task"),
    at("tasks/batches/<uuid:key>", tasks.batch, "task_batch"),
    at("tasks/<str:number>", tasks.show, "task"),
    at("tasks/<str:number>/files/<uuid:file_id>/<str:variant>", tasks.file, "task_file"),
    at("tasks/<str:number>/steps/<str:name>", tasks.step, "task_step"),
    at("docking", docking.show, "docking"),
    at("docking/new", docking.add, "add_docking"),
    at("docking/sheet", docking.sheet, "docking_sheet"),
    at("docking/file", docking.export, "docking_file"),
    at("docking/<int:key>/end", docking.end, "end_docking"),
    at("handings", handings.listed, "handings"),
    at("handings/new", handings.propose, "propose_handing"),
    at("handings/<str:number>", handings.show, "handing"),
    at("handings/<str:number>/steps/<str:name>", handings.step, "handing_step"),
    at("modules", modules.home, "modules"),
    at("modules/<str:code>", modules.show, "modules_of"),
    at("modules/<str:code>/new", modules.add, "add_module"),
    at("modules/<str:code>/assign", modules.assign, "assign_module"),
    at("ledgers", ledgers.show, "ledgers"),
    at("ledgers/sheet", ledgers.sheet, "ledger_sheet"),
    at("way/<str:code>", docking.way, "item_way"),
]
