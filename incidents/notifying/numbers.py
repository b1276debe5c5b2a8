"""Questions that the service itself answers or looks at. A number means the same on every form."""

KIND, STATUS, EARLIER_ID, AWARE, DELAY, REMARK = 3, 4, 6, 48, 49, 53
OURS = frozenset({KIND, STATUS})  # answered by the service from where the notice stands
