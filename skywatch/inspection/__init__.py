"""The daily inspection: when it is due (`times`), what one thorough look says (`thorough`), and a round of them
(`inspector`)."""

from skywatch.inspection.calendar import Calendar, calendar_of, order_of
from skywatch.inspection.inspector import Inspector, Order, key_of
from skywatch.inspection.looking import Looker
from skywatch.inspection.times import due_between, is_night

__all__ = ["Calendar", "Inspector", "Looker", "Order", "calendar_of", "due_between", "is_night", "key_of", "order_of"]
