"""Why a step may be refused. Each message is fit to show."""

from linli.kernel.errors import NotFound, Refused


class StepRefused(Refused):
    """Not open from this state, to this actor or for this subject."""


class StaleStepRefused(StepRefused):
    """The page the step came from no longer shows the truth."""


class ResentDifferentlyRefused(Refused):
    """The same command id came again with another content."""


class MatterNotFound(NotFound): ...
