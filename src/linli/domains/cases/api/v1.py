"""The REST interface, version 1: its routers in the order of its description."""

from ninja import Router

from linli.domains.cases.api import cases, filing, lists, reports, work_orders

ROUTERS: tuple[Router, ...] = (reports.router, filing.router, work_orders.router, cases.router, lists.router)
