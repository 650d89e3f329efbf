"""The fixed sets of values of customers and entitlements (contract.md, *Form fields and values*)."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Priority(TextChoices):
    """How much attention the programme gives a customer."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class EnterpriseLevel(IntegerChoices):
    """Levels 3 and 4 carry Enterprise Status notes (domain.md §2)."""

    ONE = 1, "1"
    TWO = 2, "2"
    THREE = 3, "3"
    FOUR = 4, "4"


class EnterpriseReason(TextChoices):
    """Why an enterprise customer is watched by an FTA (domain.md §4)."""

    IT_MATURITY = "it_maturity", _("IT Maturity")
    OVER_50K = "over_50k", _(">50k")
    EXEC_RELATIONSHIP = "exec_relationship", _("Exec Relationship")
    REACTIVE = "reactive", _("Reactive")
    MAJOR_BRAND = "major_brand", _("Major Brand")
    NEW_FEATURE_EXPERIMENT = "new_feature_experiment", _("New Feature/Experiment")


class SplitReason(TextChoices):
    """The only grounds for two rows of one workload (domain.md §5)."""

    GEOGRAPHIES = "geographies", _("Several geographies")
    OPERATING_COMPANIES = "operating_companies", _("Several operating companies under one tenant")
    DUPLICATED_LICENCES = "duplicated_licences", _("Duplicated licences")


class Scenario(TextChoices):
    """Who leads the engagement (domain.md §5)."""

    FASTTRACK_LED = "fasttrack_led", _("FastTrack-led")
    PARTNER_LED = "partner_led", _("Partner-led")
    CUSTOMER_LED = "customer_led", _("Customer-led")


class BusinessReason(TextChoices):
    """The service-level business reason, at most one (domain.md §5)."""

    END_OF_LIFE = "end_of_life_of_existing_it", _("End of life of existing IT")
    SECURITY = "increase_security", _("Increase security")
    QUALITY = "improve_service_quality", _("Improve service quality")
    AVAILABILITY = "high_availability", _("High availability")
    HARDWARE = "eliminate_on_premises_hardware", _("Eliminate on-premises hardware")
    MAINTENANCE = "reduce_maintenance_overhead", _("Reduce maintenance overhead")
    SAVINGS = "greater_savings", _("Greater savings")
    COLLABORATE = "collaborate_and_communicate", _("Collaborate and communicate")
    TRANSFORM = "transform_business_processes", _("Transform business processes")
    KNOWLEDGE = "use_collective_knowledge", _("Use collective knowledge")
    FRONT_LINE = "engage_front_line_workers", _("Engage front-line workers")
    PARTNERS = "work_with_partners_and_suppliers", _("Work with partners and suppliers")
    ANYWHERE = "work_from_anywhere", _("Work from anywhere")
    INSIGHTS = "get_insights_from_data", _("Get insights from data")
