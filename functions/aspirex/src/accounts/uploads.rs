//! Photos and curricula: with the request up to 4 MB, straight to the store up to 10.

use super::AccountsDeps;
use crate::forms::StudentOrMentor;
use app::{files::Files, portraits::PortraitFiles};
use axum::{Json, extract::State};
use domain::{FileId, Instant, account::Role, file::Purpose};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, FileFields, JsonOrUpload, MenteeOnly, MentorOnly, NoContent, OneFile, PathId, Query, RoleRule, Routes,
    UploadedFile, about,
};

/// What a file of a profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ProfileFile {
    Cv,
    ProfilePhoto,
}

impl From<ProfileFile> for Purpose {
    fn from(file: ProfileFile) -> Self {
        match file {
            ProfileFile::Cv => Self::Cv,
            ProfileFile::ProfilePhoto => Self::Photo,
        }
    }
}

/// The form's names for it.
#[derive(Debug)]
struct CvOrPhoto;

impl FileFields for CvOrPhoto {
    const NAMES: &'static [&'static str] = &["cv", "profile_photo"];
}

/// Where the file is seen, for some minutes; null for what was not sent.
#[derive(Serialize, ToSchema)]
struct FileLink {
    cv_url: Option<String>,
    profile_photo_url: Option<String>,
}

impl FileLink {
    fn new(purpose: Purpose, url: String) -> Self {
        match purpose {
            Purpose::Cv => Self { cv_url: Some(url), profile_photo_url: None },
            Purpose::Photo => Self { cv_url: None, profile_photo_url: Some(url) },
        }
    }
}

async fn put_file<R: RoleRule>(
    State(files): State<PortraitFiles>,
    caller: Caller<R>,
    form: OneFile<CvOrPhoto>,
) -> Answer<Json<FileLink>> {
    let purpose = if form.field == "cv" { Purpose::Cv } else { Purpose::Photo };
    let url = files.upload(&caller.cx, &caller.member, (caller.role(), purpose), &form.content).await?;
    Ok(Json(FileLink::new(purpose, url)))
}

#[derive(Deserialize, ToSchema)]
struct WhichFile {
    /// `cv` unless given.
    #[serde(rename = "type")]
    kind: Option<ProfileFile>,
}

async fn delete_file<R: RoleRule>(
    State(files): State<PortraitFiles>,
    caller: Caller<R>,
    Query(query): Query<WhichFile>,
) -> Answer<NoContent> {
    let purpose = query.kind.unwrap_or(ProfileFile::Cv).into();
    files.remove(&caller.cx, &caller.member, (caller.role(), purpose)).await?;
    Ok(NoContent)
}

/// A file that is to be sent straight to the store.
#[derive(Deserialize, ToSchema)]
struct WantedUpload {
    /// In bytes, at most 10 MB.
    #[schema(minimum = 1, maximum = 10_485_760)]
    size: u64,
}

/// What a file in a form is for.
#[derive(Deserialize, ToSchema)]
struct SentUpload {
    #[serde(rename = "type")]
    kind: ProfileFile,
}

/// Where a file was put, or is to be put.
#[derive(Serialize, ToSchema)]
struct UploadShape {
    /// Of an upload that is to be made: to finish it by.
    id: Option<FileId>,
    /// Of one that is done: where the file is seen, for some minutes. Of the other: where it is put.
    url: String,
    /// With these headers.
    headers: BTreeMap<&'static str, String>,
    /// Until when.
    expires_at: Option<Instant>,
}

async fn upload(
    State(files): State<Files>,
    State(portraits): State<PortraitFiles>,
    caller: Caller<StudentOrMentor>,
    body: JsonOrUpload<WantedUpload, SentUpload>,
) -> Answer<Json<UploadShape>> {
    let place = |kind: ProfileFile| -> (Role, Purpose) { (caller.role(), kind.into()) };
    Ok(Json(match body {
        JsonOrUpload::Json(wanted) => {
            let upload = files.begin(&caller.cx, caller.member.id(), wanted.size).await?;
            let headers = upload.headers.into_iter().collect();
            UploadShape { id: Some(upload.id), url: upload.url, headers, expires_at: Some(upload.ends_at) }
        }
        JsonOrUpload::Upload(sent, UploadedFile(content)) => {
            let url = portraits.upload(&caller.cx, &caller.member, place(sent.kind), &content).await?;
            UploadShape { id: None, url, headers: BTreeMap::new(), expires_at: None }
        }
    }))
}

async fn finish_upload(
    State(portraits): State<PortraitFiles>,
    caller: Caller<StudentOrMentor>,
    PathId(id): PathId<FileId>,
    Body(body): Body<SentUpload>,
) -> Answer<Json<FileLink>> {
    let purpose = body.kind.into();
    let url = portraits.finish(&caller.cx, &caller.member, (caller.role(), purpose), id).await?;
    Ok(Json(FileLink::new(purpose, url)))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    let put = about("Put a photo or curriculum vitae into one's profile").forbidden(&["ACCOUNT_PAUSED"]);
    let put = put.unavailable(&["FILES_UNAVAILABLE"]);
    let drop = about("Take a photo or curriculum vitae out of one's profile").forbidden(&["ACCOUNT_PAUSED"]);
    let finish = about("Put what was sent straight to the store into one's profile").forbidden(&["ACCOUNT_PAUSED"]);
    routes
        .put("/api/student/profile/file", put, put_file::<MenteeOnly>)
        .delete("/api/student/profile/file", drop, delete_file::<MenteeOnly>)
        .put("/api/mentor/profile/cv", put, put_file::<MentorOnly>)
        .delete("/api/mentor/profile/cv", drop, delete_file::<MentorOnly>)
        .post("/api/uploads", put, upload)
        .post("/api/uploads/{id}", finish.unavailable(&["FILES_UNAVAILABLE"]), finish_upload)
}
