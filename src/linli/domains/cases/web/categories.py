"""The lists of categories to look through."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from linli.domains.cases.queries import category_tree
from linli.domains.cases.web.table_pages import only_readers
from linli.kernel.org.http import ActorRequest
from linli.web.pages import page


@require_GET
def show(request: ActorRequest) -> HttpResponse:
    """One list as a tree; the matters of the standard in force without a choice."""
    only_readers(request)
    find = request.GET.get("find", "")
    found = category_tree.browse(request.GET.get("list", "matters"), find=find)
    return page(
        request, "cases/tables/categories.html", found=found, find=find, list=request.GET.get("list", "matters")
    )
