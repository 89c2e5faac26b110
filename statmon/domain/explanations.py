"""What the fields and words of a definition mean, for people.

See docs/reference/definitions.md §1, §6.
"""

from collections.abc import Mapping
from typing import Final

FIELDS: Final[Mapping[str, str]] = {
    "category": "What is computed: a number, a time, a share, a state; of now or of an interval.",
    "subject": "Whose actions or statuses count. DNAction counts what happens (calls); a status "
    "counts the one thing that somebody is doing.",
    "mainMask": "Which actions or statuses count: a list, * for all, ~ before what does not.",
    "relativeMask": "What it is divided by: the actions or statuses of the denominator.",
    "notificationMode": "When the service tells: on a clock (Periodical) or at each change "
    "(Immediate).",
    "notificationFrequency": "Seconds between two values of a periodical statistic. Genesys asks "
    "for 60 or more.",
    "insensitivity": "The smallest change that is told. 0 tells even what did not change.",
    "intervalType": "Which part of the past counts: since a time of day, since login, the last "
    "so many seconds, or the last so many events.",
    "dynamicTimeProfile": "The interval itself: 0:00 is since midnight; 3600:10 is the last hour "
    "in steps of 10 seconds.",
    "dynamicFilter": "Only interactions that this is true of, for instance MediaType=voice.",
    "timeRangeLeft": "From so many seconds on (included).",
    "timeRangeRight": "Up to so many seconds (not included). A call of 20.0 s is not in 0–20.",
    "timeRangeLeft2": "Abandoned after so many seconds do not count against the service level.",
    "timeRangeRight2": "Abandoned before so many seconds do not count against the service level.",
    "maskType": "What kind of words the masks hold; the documents only show DN.",
    "objectTypes": "For which types of objects the definition is meant; the service may ignore it.",
}

CATEGORIES: Final[Mapping[str, str]] = {
    "TotalNumber": "how many happened in the interval",
    "TotalTime": "how long they took together; those in progress count when they end",
    "TotalAdjustedTime": "how long they took together, the ones in progress included",
    "TotalAdjustedNumber": "how many happened, the ones in progress included",
    "AverageTime": "how long one took on average: time of the main mask ÷ number of the relative",
    "MaxTime": "the longest of the interval",
    "MinTime": "the shortest of the interval",
    "MaxNumber": "the most at a time in the interval",
    "MinNumber": "the fewest at a time in the interval",
    "ElapsedTimePercentage": "share of the interval's time",
    "RelativeTimePercentage": "time of the main mask as a share of that of the relative mask",
    "RelativeNumberPercentage": "number of the main mask as a share of that of the relative mask",
    "RelativeNumber": "number of the main mask ÷ number of the relative mask",
    "TotalNumberInTimeRange": "how many lasted as long as the range says",
    "TotalNumberInTimeRangePercentage": "share of those that lasted as long as the range says",
    "TotalTimeInTimeRange": "time of those that lasted as long as the range says",
    "TotalNumberPerSecond": "how many a second",
    "TotalDistinctTime": "time in which at least one was in progress",
    "AverageNumberPerRelativeHour": "how many in an hour of what the relative mask says",
    "AverageOfCurrentNumber": "how many at a time, on average over the interval",
    "AverageOfCurrentTime": "how long those in progress had lasted, on average over the interval",
    "ServiceFactor1": "service level: answered in range ÷ (answered + abandoned − short abandons)",
    "EstimWaitingTime": "how long a caller who comes now will probably wait",
    "CurrentState": "what is going on now, as a state",
    "CurrentStateReasons": "the reasons of the present state",
    "ExtendedCurrentStatus": "the state on every medium at once",
    "CurrentTargetState": "what routing knows of the targets",
    "CurrentTime": "how long the present ones have lasted, added up",
    "CurrentNumber": "how many there are now",
    "CurrentMaxTime": "how long the longest of the present ones has lasted",
    "CurrentMinTime": "how long the shortest of the present ones has lasted",
    "CurrentAverageTime": "how long the present ones have lasted on average",
    "CurrentContinuousTime": "how long without a break",
    "CurrentNumberInTimeRange": "how many of the present ones have lasted as the range says",
    "CurrentNumberInTimeRangePercentage": "share of the present ones that lasted as the range says",
    "CurrentRelativeNumberPercentage": "number now as a share of that of the relative mask",
    "CurrentRelativeTimePercentage": "time now as a share of that of the relative mask",
    "CurrentDistinctNumber": "how many different ones there are now",
}

SUBJECTS: Final[Mapping[str, str]] = {
    "DNAction": "what happens on telephones and queues (counts calls)",
    "DNStatus": "what each telephone is doing",
    "AgentStatus": "what each agent is doing",
    "PlaceStatus": "what happens at each desk",
    "GroupStatus": "what a group as a whole is doing",
    "CampaignAction": "what happens in outbound campaigns",
}

MODES: Final[Mapping[str, str]] = {
    "Periodical": "on a clock",
    "Immediate": "at each change",
    "Reset": "when the interval begins anew",
    "NoNotification": "never by itself",
}

INTERVALS: Final[Mapping[str, str]] = {
    "GrowingWindow": "since a time of day",
    "SlidingWindow": "the last so many seconds",
    "SinceLogin": "since the agent logged in",
    "SlidingSelection": "the last so many events",
}
