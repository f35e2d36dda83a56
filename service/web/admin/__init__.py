"""The admin page: what the front desk and the therapists of a clinic see and do.

Every route but signing in needs a member of staff, and shows that clinic's rows only: another
clinic's id is as unknown as one that never was.
"""

from service.web.admin.blueprint import create_admin
from service.web.admin.sign_in import init_login

__all__ = ["create_admin", "init_login"]
