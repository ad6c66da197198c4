from media_library.models.agency import Agency, AgencyType, Membership, MembershipRole, User
from media_library.models.asset import Asset, ProcessingState, Purpose, Rendition, StoredFile
from media_library.models.batch import Batch, BatchPlace, Fate
from media_library.models.campaign import Campaign, CampaignPin, Recurrence
from media_library.models.duplicate import (
    AlikePair,
    Different,
    Fingerprint,
    Likeness,
    Proposal,
    ProposalState,
)
from media_library.models.imports import ImportRow, ImportRun, ImportSource, ImportState, Plan, RowState
from media_library.models.job import Heartbeat, Job, JobState
from media_library.models.resource import Resource, State
from media_library.models.resource_parts import Chapter, Identifier
from media_library.models.review import AgencyReviewTask, LeadReviewTask
from media_library.models.rights import LICENCES, Licence
from media_library.models.upload import Upload, UploadState
from media_library.models.vocabulary import (
    Audience,
    Keyword,
    ResourceAudience,
    ResourceKeyword,
    ResourceTopic,
    Topic,
)

__all__ = [
    "LICENCES",
    "Agency",
    "AgencyReviewTask",
    "AgencyType",
    "AlikePair",
    "Asset",
    "Audience",
    "Batch",
    "BatchPlace",
    "Campaign",
    "CampaignPin",
    "Chapter",
    "Different",
    "Fate",
    "Fingerprint",
    "Heartbeat",
    "Identifier",
    "ImportRow",
    "ImportRun",
    "ImportSource",
    "ImportState",
    "Job",
    "JobState",
    "Keyword",
    "LeadReviewTask",
    "Licence",
    "Likeness",
    "Membership",
    "MembershipRole",
    "Plan",
    "ProcessingState",
    "Proposal",
    "ProposalState",
    "Purpose",
    "Recurrence",
    "Rendition",
    "Resource",
    "ResourceAudience",
    "ResourceKeyword",
    "ResourceTopic",
    "RowState",
    "State",
    "StoredFile",
    "Topic",
    "Upload",
    "UploadState",
    "User",
]
