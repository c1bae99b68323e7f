from linli.web.menu import Entry, Group, blocks_for

GROUPS = (
    Group("一", (Entry("首页", "web:design", "home"), Entry("样张", "web:look", "eye", frozenset({"leader"})))),
    Group("二", (Entry("未建", "nowhere:at_all", "x"),)),
)


def lines(role: str, path: str = "/"):
    return [line for block in blocks_for(GROUPS, role=role, path=path) for line in block.lines]


def test_a_line_is_shown_to_the_roles_it_is_for_and_once_its_page_exists():
    assert [line.label for line in lines("handler")] == ["首页"]
    assert [line.label for line in lines("leader")] == ["首页", "样张"]


def test_without_a_post_there_is_no_menu():
    assert lines("") == []


def test_the_line_one_is_under_is_current():
    assert [line.is_current for line in lines("leader", "/design/desk")] == [True, False]
