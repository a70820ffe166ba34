"""Activities, who took part, what is attached, and reports that may be one and the same."""

from activities.models.activity import Activity, Participation
from activities.models.attachment import Attachment
from activities.models.doubles import Double, likely_doubles

__all__ = ["Activity", "Attachment", "Double", "Participation", "likely_doubles"]
