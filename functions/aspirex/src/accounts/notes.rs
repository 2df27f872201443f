//! `/api/student/notes`, `/api/mentor/notes`: notes for oneself.

use super::AccountsDeps;
use crate::shapes::NoteShape;
use app::notes::Notes;
use axum::extract::State;
use domain::{
    NoteId,
    text::{Line, Prose},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, Caller, Created, Listed, MenteeOnly, MentorOnly, NoContent, PageQuery, PathId, RoleRule, Routes,
};

#[derive(Deserialize, ToSchema)]
struct NewNote {
    #[schema(min_length = 1)]
    title: Line<200>,
    #[schema(min_length = 1)]
    content: Prose<10000>,
}

async fn list_notes<R: RoleRule>(State(notes): State<Notes>, caller: Caller<R>, page: PageQuery) -> Answer<Listed<NoteShape>> {
    let found = notes.list(&caller.cx, caller.member.id(), caller.role(), page.request.clone()).await?;
    Ok(page.answer(found, NoteShape::from))
}

async fn add_note<R: RoleRule>(
    State(notes): State<Notes>,
    caller: Caller<R>,
    Body(body): Body<NewNote>,
) -> Answer<Created<NoteShape>> {
    for (field, empty) in [("title", body.title.as_str().is_empty()), ("content", body.content.as_str().is_empty())] {
        if empty {
            return Err(ApiError::invalid(field, format!("{field} may not be blank")));
        }
    }
    let note = notes.add(&caller.cx, (caller.member.id(), caller.role()), body.title, body.content).await?;
    Ok(Created(note.into()))
}

async fn delete_note<R: RoleRule>(
    State(notes): State<Notes>,
    caller: Caller<R>,
    PathId(id): PathId<NoteId>,
) -> Answer<NoContent> {
    notes.delete(&caller.cx, (caller.member.id(), caller.role()), id).await?;
    Ok(NoContent)
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    routes
        .get("/api/student/notes", "List one's own notes as a student", list_notes::<MenteeOnly>)
        .post("/api/student/notes", "Keep a note as a student", add_note::<MenteeOnly>)
        .delete("/api/student/notes/{id}", "Delete one's own note as a student", delete_note::<MenteeOnly>)
        .get("/api/mentor/notes", "List one's own notes as a mentor", list_notes::<MentorOnly>)
        .post("/api/mentor/notes", "Keep a note as a mentor", add_note::<MentorOnly>)
        .delete("/api/mentor/notes/{id}", "Delete one's own note as a mentor", delete_note::<MentorOnly>)
}
