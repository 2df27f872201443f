//! `/api/platform/members` and `/api/v1/members`: the member directory, for everybody and for admins.

use crate::{shapes::EntryShape, state::Deps};
use app::directory::{Directory, DirectoryError, MOST_AT_ONCE, Put, WantedEntry};
use axum::{Json, extract::State};
use domain::{
    DirectoryId,
    directory::DirectoryChange,
    text::{Email, PersonName},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{AdminOnly, Answer, ApiError, Body, BodyOf, Caller, Created, Listed, PageQuery, PathId, Query, Routes, Visitor, about};

const PAGE_SIZE: u32 = 20;
const DEEPEST_PAGE: u32 = 50;

/// A member as anybody may know of him: nothing that names him.
#[derive(Serialize, ToSchema)]
struct PublicMember {
    id: DirectoryId,
    country: String,
}

#[derive(Serialize, ToSchema)]
struct PublicMembers {
    count: u64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<PublicMember>,
}

#[derive(Deserialize, ToSchema)]
struct PageNumber {
    /// From 1 to 50.
    page: Option<String>,
}

async fn list_public_members(
    State(directory): State<Directory>,
    Visitor(cx): Visitor,
    Query(query): Query<PageNumber>,
) -> Answer<Json<PublicMembers>> {
    let page = query.page.as_deref().map_or(Ok(1), str::parse).ok().filter(|page| (1..=DEEPEST_PAGE).contains(page));
    let page: u32 = page.ok_or_else(|| ApiError::invalid("page", "page is a whole number from 1 to 50"))?;
    let (entries, count) = directory.first(&cx, page * PAGE_SIZE).await?;
    let before = ((page - 1) * PAGE_SIZE) as usize;
    let shown = entries.into_iter().skip(before);
    let results: Vec<_> = shown.map(|entry| PublicMember { id: entry.id, country: entry.details.country.to_string() }).collect();
    let link = |page: u32| format!("/api/platform/members/?page={page}");
    let next = (u64::from(page * PAGE_SIZE) < count && page < DEEPEST_PAGE).then(|| link(page + 1));
    let previous = (page > 1).then(|| link(page - 1));
    Ok(Json(PublicMembers { count: count.max((before + results.len()) as u64), next, previous, results }))
}

/// Whose entry it is. A name may also come in two parts.
#[derive(Debug, Deserialize, ToSchema)]
struct Whose {
    email: Email,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl Whose {
    fn wanted(self, change: DirectoryChange) -> Result<WantedEntry, ApiError> {
        let parts = [self.first_name, self.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = match change.name {
            None if !parts.trim().is_empty() => {
                Some(PersonName::parse(&parts).map_err(|invalid| ApiError::invalid("first_name", invalid.0))?)
            }
            name => name,
        };
        Ok(WantedEntry { email: self.email, change: DirectoryChange { name, ..change } })
    }
}

async fn sign_up(
    State(directory): State<Directory>,
    Visitor(cx): Visitor,
    BodyOf(whose, change): BodyOf<Whose, DirectoryChange>,
) -> Answer<Created<EntryShape>> {
    let WantedEntry { email, change } = whose.wanted(change)?;
    for (field, given) in [("phone", change.phone.is_some()), ("gender", change.gender.is_some())] {
        if !given {
            return Err(ApiError::invalid(field, format!("{field} is required")));
        }
    }
    Ok(Created(directory.sign_up(&cx, email, change).await?.into()))
}

async fn list_members(
    State(directory): State<Directory>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<EntryShape>> {
    let found = directory.list(&caller.cx, page.request.clone()).await?;
    Ok(page.answer(found, EntryShape::from))
}

async fn put_member(
    State(directory): State<Directory>,
    caller: Caller<AdminOnly>,
    BodyOf(whose, change): BodyOf<Whose, DirectoryChange>,
) -> Answer<Json<EntryShape>> {
    let (entry, _) = directory.put(&caller.cx, &whose.wanted(change)?).await?;
    Ok(Json(entry.into()))
}

async fn change_member(
    State(directory): State<Directory>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<DirectoryId>,
    Body(change): Body<DirectoryChange>,
) -> Answer<Json<EntryShape>> {
    Ok(Json(directory.change(&caller.cx, id, &change).await?.into()))
}

/// Up to 100 entries, each as for a single one.
#[derive(Deserialize, ToSchema)]
struct Import {
    #[schema(max_items = 100)]
    members: Vec<Imported>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct Imported {
    #[serde(flatten)]
    whose: Whose,
    #[serde(flatten)]
    change: DirectoryChange,
}

/// What became of an entry of an import.
#[derive(Serialize, ToSchema)]
struct Refused {
    /// Its place in the list, from 0.
    index: usize,
    detail: String,
}

#[derive(Serialize, ToSchema)]
struct ImportedCounts {
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: Vec<Refused>,
}

/// All must be well formed. Then each stands for itself: what is refused keeps no other out. Doing it again changes
/// nothing.
async fn import_members(
    State(directory): State<Directory>,
    caller: Caller<AdminOnly>,
    Body(body): Body<Import>,
) -> Answer<Json<ImportedCounts>> {
    if body.members.len() > MOST_AT_ONCE {
        return Err(ApiError::invalid("members", "Give at most 100 of them"));
    }
    let wanted = body.members.into_iter().map(|one| one.whose.wanted(one.change)).collect::<Result<Vec<_>, _>>()?;
    let mut counts = ImportedCounts { created: 0, updated: 0, unchanged: 0, refused: Vec::new() };
    for (index, outcome) in directory.put_all(&caller.cx, wanted).await.into_iter().enumerate() {
        match outcome {
            Ok((_, Put::Created)) => counts.created += 1,
            Ok((_, Put::Updated)) => counts.updated += 1,
            Ok((_, Put::Unchanged)) => counts.unchanged += 1,
            Err(DirectoryError::Store(error)) => return Err(error.into()),
            Err(error) => counts.refused.push(Refused { index, detail: ApiError::from(error).detail }),
        }
    }
    Ok(Json(counts))
}

/// The routes of the member directory.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    let put = about("Put somebody into the member directory, or change what it says of him");
    routes
        .get("/api/platform/members", "Say how many members there are, and where", list_public_members)
        .post("/api/platform/members", about("Sign up for the member directory").bad_request(&["MEMBER_EXISTS"]), sign_up)
        .get("/api/v1/members", "List the member directory", list_members)
        .post("/api/v1/members", put, put_member)
        .post("/api/v1/members/import", "Put many into the member directory", import_members)
        .patch("/api/v1/members/{id}", "Change what the member directory says of somebody", change_member)
}
