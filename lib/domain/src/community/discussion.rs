use super::{Category, CommunityText, Reason, Tags};
use crate::{
    AccountId, CommentId, Instant, PostId, Product,
    account::{Membership, PublicNumber, Role, Verification},
    text::{Line, PersonName},
};
use serde::{Deserialize, Serialize};

/// Whoever wrote something. The name is a copy, taken when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub id: AccountId,
    pub name: PersonName,
    pub role: Role,
    /// By which people know him, where a product gives numbers to people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<PublicNumber>,
}

impl From<&Membership> for Author {
    fn from(member: &Membership) -> Self {
        let role = member.primary_role();
        let number = match role {
            Role::Admin => None,
            Role::Mentor => member.mentor_number,
            Role::Mentee => member.student_number,
        };
        Self { id: member.account_id, name: member.name.clone(), role, number }
    }
}

/// Why a member does not get into the community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// A mentee whose plan does not run.
    NoPlan,
    /// A mentor whom no admin has let in. Anybody may register as one.
    NotApproved,
}

/// Whether a member gets in. At AspireX everybody does; elsewhere mentees while their plan runs (F-8), approved
/// mentors, admins.
pub fn admit(member: &Membership, now: Instant) -> Result<(), Barred> {
    if member.product == Product::AspireX {
        return Ok(());
    }
    let approved = member.is(Role::Mentor) && member.verification == Some(Verification::Approved);
    let paid = member.is(Role::Mentee) && member.running_plan(now).is_some();
    if member.is(Role::Admin) || approved || paid {
        return Ok(());
    }
    Err(if member.is(Role::Mentee) { Barred::NoPlan } else { Barred::NotApproved })
}

/// Whether members see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Visible,
    /// By a moderator; he may show it again.
    Hidden,
}

/// What the author writes of a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Writing {
    /// May be empty.
    pub title: Line<200>,
    pub content: CommunityText,
    pub category: Category,
    pub tags: Tags,
}

/// A post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Post {
    pub id: PostId,
    pub product: Product,
    pub author: Author,
    #[serde(flatten)]
    pub writing: Writing,
    pub upvotes: u64,
    pub downvotes: u64,
    /// The comments that members see.
    pub comment_count: u64,
    /// How many people have looked at it, where that is counted.
    #[serde(default)]
    pub views: u64,
    pub standing: Standing,
    /// A locked post takes no comments and no edits.
    pub locked: bool,
    /// Why it is hidden.
    pub hidden_because: Option<Reason>,
    pub created_at: Instant,
    /// When its words or its standing last changed.
    pub updated_at: Instant,
}

impl Post {
    /// A new post.
    pub fn new(id: PostId, product: Product, author: Author, writing: Writing, now: Instant) -> Self {
        Self {
            id,
            product,
            author,
            writing,
            upvotes: 0,
            downvotes: 0,
            comment_count: 0,
            views: 0,
            standing: Standing::Visible,
            locked: false,
            hidden_because: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether members see it.
    pub fn is_visible(&self) -> bool {
        self.standing == Standing::Visible
    }

    /// Whether it takes comments and edits.
    pub fn is_open(&self) -> bool {
        self.is_visible() && !self.locked
    }

    /// The post in other words.
    pub fn rewritten(&self, writing: Writing, now: Instant) -> Self {
        Self { writing, updated_at: now, ..self.clone() }
    }

    /// The post after a moderator's change; None when it does not apply to how the post stands.
    pub fn moderated(&self, change: StandingChange, reason: &Reason, now: Instant) -> Option<Self> {
        let visible = self.is_visible();
        let post = Self { updated_at: now, ..self.clone() };
        match change {
            StandingChange::Hide if visible => {
                Some(Self { standing: Standing::Hidden, hidden_because: Some(reason.clone()), ..post })
            }
            StandingChange::Unhide if !visible => Some(Self { standing: Standing::Visible, hidden_because: None, ..post }),
            StandingChange::Lock if !self.locked => Some(Self { locked: true, ..post }),
            StandingChange::Unlock if self.locked => Some(Self { locked: false, ..post }),
            _ => None,
        }
    }
}

/// How a moderator changes a post that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingChange {
    Hide,
    Unhide,
    Lock,
    Unlock,
}

/// What a moderator does about a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PostAction {
    Hide,
    Unhide,
    Lock,
    Unlock,
    Delete,
    /// The reports are answered, and the post stays as it is.
    DismissReports,
}

/// What a moderator does about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CommentAction {
    Hide,
    Unhide,
    Delete,
}

/// A comment on a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Comment {
    pub id: CommentId,
    pub product: Product,
    pub post_id: PostId,
    pub author: Author,
    pub content: CommunityText,
    pub standing: Standing,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Comment {
    /// Whether members see it, and the post counts it.
    pub fn is_visible(&self) -> bool {
        self.standing == Standing::Visible
    }
}

/// A member's vote on a post; he has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    Up,
    Down,
}

/// By how much upvotes and downvotes change when a member's vote does.
pub fn swing(from: Option<Vote>, to: Option<Vote>) -> (i64, i64) {
    let is = |vote: Option<Vote>, which: Vote| i64::from(vote == Some(which));
    (is(to, Vote::Up) - is(from, Vote::Up), is(to, Vote::Down) - is(from, Vote::Down))
}

/// A member's report of a post to the moderators.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    pub post_id: PostId,
    pub reporter: Author,
    pub reason: Reason,
    /// When the case was opened to which it belongs. A member has one report in a case.
    pub case_of: Instant,
    pub created_at: Instant,
}

/// A post that was reported, until a moderator has dealt with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportCase {
    pub post_id: PostId,
    pub title: Line<200>,
    pub author: Author,
    pub reports: u64,
    pub last_reason: Reason,
    pub opened_at: Instant,
    pub last_reported_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::{Allowances, PlanHolding},
        text::Email,
    };
    use uuid::Uuid;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn member(role: Role) -> Membership {
        let (email, name) = (Email::parse("m@example.com").unwrap(), PersonName::parse("Some Member").unwrap());
        Membership::new(AccountId::from(Uuid::nil()), Product::Codementee, email, name, role, at("2026-01-01T00:00:00Z"))
    }

    #[test]
    fn a_mentee_needs_a_plan_that_runs_and_a_mentor_an_admin_s_word() {
        let now = at("2026-02-01T00:00:00Z");
        let mut mentee = member(Role::Mentee);
        assert_eq!(admit(&mentee, now), Err(Barred::NoPlan));
        mentee.plan = Some(PlanHolding {
            plan_id: "growth".parse().unwrap(),
            plan_name: Line::default(),
            expires_at: at("2026-02-01T00:00:00.001Z"),
            since: Instant::long_ago(),
            left: Allowances::NONE,
            bought: Vec::new(),
        });
        assert_eq!(admit(&mentee, now), Ok(()));
        assert_eq!(admit(&mentee, at("2026-02-01T00:00:00.001Z")), Err(Barred::NoPlan));

        let mut mentor = member(Role::Mentor);
        for (verification, expected) in [
            (Verification::Pending, Err(Barred::NotApproved)),
            (Verification::Rejected, Err(Barred::NotApproved)),
            (Verification::Approved, Ok(())),
        ] {
            mentor.verification = Some(verification);
            assert_eq!(admit(&mentor, now), expected, "{verification:?}");
        }
        assert_eq!(admit(&member(Role::Admin), now), Ok(()));
        let student = Membership { product: Product::AspireX, ..member(Role::Mentee) };
        assert_eq!(admit(&student, now), Ok(()), "AspireX has no plans");
    }

    #[test]
    fn a_vote_counts_once_whichever_it_was_before() {
        const ALL: [Option<Vote>; 3] = [None, Some(Vote::Up), Some(Vote::Down)];
        for from in ALL {
            assert_eq!(swing(from, from), (0, 0));
            for to in ALL {
                let (there, back) = (swing(from, to), swing(to, from));
                assert_eq!((there.0 + back.0, there.1 + back.1), (0, 0));
            }
        }
        assert_eq!(swing(Some(Vote::Down), Some(Vote::Up)), (1, -1));
    }

    #[test]
    fn a_moderator_s_change_applies_once() {
        let writing = Writing {
            title: Line::default(),
            content: CommunityText::parse("Text").unwrap(),
            category: Category::General,
            tags: Tags::default(),
        };
        let (now, reason) = (at("2026-02-01T00:00:00Z"), Reason::parse("Spam").unwrap());
        let post = Post::new(PostId::from(Uuid::nil()), Product::Codementee, (&member(Role::Mentee)).into(), writing, now);
        let hidden = post.moderated(StandingChange::Hide, &reason, now).unwrap();
        assert!(!hidden.is_visible() && !hidden.is_open() && hidden.hidden_because == Some(reason.clone()));
        assert!(hidden.moderated(StandingChange::Hide, &reason, now).is_none());
        let shown = hidden.moderated(StandingChange::Unhide, &reason, now).unwrap();
        assert!(shown.is_open() && shown.hidden_because.is_none());
        assert!(shown.moderated(StandingChange::Unhide, &reason, now).is_none());
        assert!(shown.moderated(StandingChange::Unlock, &reason, now).is_none());
        let locked = shown.moderated(StandingChange::Lock, &reason, now).unwrap();
        assert!(locked.is_visible() && !locked.is_open());
        assert!(locked.moderated(StandingChange::Unlock, &reason, now).unwrap().is_open());
    }
}
