"""What the programme helps deploy: customers, who serves them, workloads, and their entitlements."""

from customers.models.customer import Assignment, Customer, Versioned, foreign_error
from customers.models.entitlement import Entitlement, StatusPeriod
from customers.models.handover import HandOver
from customers.models.reason import StatusReason, Workload

__all__ = [
    "Assignment",
    "Customer",
    "Entitlement",
    "HandOver",
    "StatusPeriod",
    "StatusReason",
    "Versioned",
    "Workload",
    "foreign_error",
]
