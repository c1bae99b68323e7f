"""How the matters of safety move: hazards and their listings, joint patrols, the guard unit's deployments."""

from linli.domains.safety.flow.hazard import HAZARD, LISTING
from linli.domains.safety.flow.patrol import DEPLOYMENT, JOINT_PATROL

FLOWS = (HAZARD, LISTING, JOINT_PATROL, DEPLOYMENT)

__all__ = ["DEPLOYMENT", "FLOWS", "HAZARD", "JOINT_PATROL", "LISTING"]
