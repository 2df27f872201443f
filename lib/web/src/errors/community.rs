use super::{booking::tier_required, paused};
use crate::ApiError;
use app::community::CommunityError;

impl From<CommunityError> for ApiError {
    fn from(error: CommunityError) -> Self {
        match error {
            CommunityError::Paused => paused(),
            CommunityError::TierRequired => tier_required(),
            CommunityError::MentorNotApproved => {
                Self::forbidden("MENTOR_NOT_APPROVED", "Your registration as a mentor has not been approved yet")
            }
            CommunityError::NotFound(thing) => Self::not_found(thing),
            CommunityError::NotTheAuthor => Self::forbidden("NOT_THE_AUTHOR", "You can only change what you wrote yourself"),
            CommunityError::Locked => Self::conflict("POST_LOCKED", "This discussion is locked"),
            CommunityError::AlreadyReported => {
                Self::conflict("ALREADY_REPORTED", "You have reported this post. A moderator will look at it.")
            }
            CommunityError::PostedEnough { wait } => Self {
                detail: "You can only create 5 posts per day. Please try again tomorrow.".to_owned(),
                ..Self::limited(wait)
            },
            CommunityError::NotApplicable => {
                Self::conflict("MODERATION_NOT_APPLICABLE", "This does not apply to how things stand now")
            }
            CommunityError::Limit(error) => error.into(),
            CommunityError::Store(error) => error.into(),
        }
    }
}
