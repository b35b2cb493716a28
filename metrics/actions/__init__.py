"""Actions for improvement on their way round the circle of Plan, Do, Check and Act: no I/O, no clock."""
