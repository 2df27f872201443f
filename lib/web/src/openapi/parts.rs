use super::Operation;
use crate::{
    Answer, ApiError, Bearer, Body, BodyOf, Caller, Complete, Created, Csv, DoneOrBegun, Download, FileFields, HtmlPage,
    JsonOrUpload, Listed, MadeOrFound, MaybeCaller, NoContent, OneFile, OwnPage, PageQuery, PathId, Query, Redirect, RoleRule,
    SeenCaller, Visitor, WithCookie, WithUnread, idempotent::OncePerKey,
};
use axum::{Extension, Json, body::Bytes, extract::State};
use http::{HeaderMap, StatusCode};
use utoipa::ToSchema;

/// An argument of a handler: what it means for the caller.
pub trait Part {
    /// Adds it to the operation.
    fn describe(operation: &mut Operation<'_>);
}

/// What a handler answers.
pub trait Reply {
    /// Adds it to the operation.
    fn describe(operation: &mut Operation<'_>);
}

/// A handler whose signature describes its operation.
pub trait Described<T> {
    /// Describes arguments and answer.
    fn describe(operation: &mut Operation<'_>);
}

macro_rules! described {
    ($($part:ident)*) => {
        impl<F, Fut, Res, M, $($part),*> Described<(M, $($part,)*)> for F
        where
            F: FnOnce($($part),*) -> Fut,
            Fut: Future<Output = Res>,
            Res: Reply,
            $($part: Part,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($part::describe(operation);)*
                Res::describe(operation);
            }
        }
    };
}

described!();
described!(A);
described!(A B);
described!(A B C);
described!(A B C D);
described!(A B C D E);
described!(A B C D E G);
described!(A B C D E G H);

impl<H: Described<T>, T> Described<T> for OncePerKey<H> {
    fn describe(operation: &mut Operation<'_>) {
        H::describe(operation);
        operation.takes_idempotency_key();
    }
}

// What a caller neither sees nor sends as such.
impl<T> Part for State<T> {
    fn describe(_: &mut Operation<'_>) {}
}

impl Part for Visitor {
    fn describe(_: &mut Operation<'_>) {}
}

impl Part for SeenCaller {
    fn describe(_: &mut Operation<'_>) {}
}

impl Part for OwnPage {
    fn describe(operation: &mut Operation<'_>) {
        operation.minds_the_page();
    }
}

impl<T> Part for Extension<T> {
    fn describe(_: &mut Operation<'_>) {}
}

impl Part for HeaderMap {
    fn describe(_: &mut Operation<'_>) {}
}

impl<R: RoleRule> Part for Caller<R> {
    fn describe(operation: &mut Operation<'_>) {
        operation.for_roles(R::ROLES);
    }
}

impl<R: RoleRule> Part for Bearer<R> {
    fn describe(operation: &mut Operation<'_>) {
        operation.for_roles(R::ROLES);
    }
}

impl Part for MaybeCaller {
    fn describe(operation: &mut Operation<'_>) {
        operation.for_visitors_too();
    }
}

impl<T: ToSchema> Part for PathId<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.path_id::<T>();
    }
}

impl<T: ToSchema> Part for Query<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.query::<T>();
    }
}

impl Part for PageQuery {
    fn describe(operation: &mut Operation<'_>) {
        operation.pages();
    }
}

impl<T: ToSchema> Part for Body<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.json_body(&[Operation::asked::<T>]);
    }
}

/// What can be refused later is described all the same.
impl<P: Part> Part for Result<P, ApiError> {
    fn describe(operation: &mut Operation<'_>) {
        P::describe(operation);
    }
}

impl<A: ToSchema, B: ToSchema> Part for BodyOf<A, B> {
    fn describe(operation: &mut Operation<'_>) {
        operation.json_body(&[Operation::asked::<A>, Operation::asked::<B>]);
    }
}

impl<T: ToSchema, F: ToSchema> Part for JsonOrUpload<T, F> {
    fn describe(operation: &mut Operation<'_>) {
        operation.json_or_upload(Operation::asked::<T>, Operation::asked::<F>);
    }
}

impl<F: FileFields> Part for OneFile<F> {
    fn describe(operation: &mut Operation<'_>) {
        operation.one_file(F::NAMES);
    }
}

impl Part for Bytes {
    fn describe(operation: &mut Operation<'_>) {
        operation.raw_body();
    }
}

impl<T: Reply> Reply for Answer<T> {
    fn describe(operation: &mut Operation<'_>) {
        T::describe(operation);
    }
}

impl<T: ToSchema> Reply for Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers::<T>();
    }
}

impl<T: ToSchema> Reply for Created<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers::<T>();
        operation.succeeds_with(StatusCode::CREATED);
    }
}

impl<T: ToSchema> Reply for MadeOrFound<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers::<T>();
        operation.may_have_been_made();
    }
}

impl<T: ToSchema, B: ToSchema> Reply for DoneOrBegun<T, B> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers::<T>();
        operation.may_only_begin::<B>();
    }
}

impl<T: ToSchema> Reply for WithCookie<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers::<T>();
        operation.sets_cookie();
    }
}

impl<T: ToSchema> Reply for Listed<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_page_of_list::<T>();
    }
}

impl<T: ToSchema> Reply for WithUnread<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_page_of_list::<T>();
        operation.counts_unread();
    }
}

impl<T: ToSchema> Reply for Download<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers::<T>();
        operation.goes_on();
    }
}

impl<T: ToSchema> Reply for Complete<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_list::<T>();
    }
}

impl Reply for Csv {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_csv();
    }
}

impl Reply for NoContent {
    fn describe(operation: &mut Operation<'_>) {
        operation.succeeds_with(StatusCode::NO_CONTENT);
    }
}

impl Reply for Redirect {
    fn describe(operation: &mut Operation<'_>) {
        operation.succeeds_with(StatusCode::FOUND);
        operation.sets_cookie();
    }
}

impl Reply for HtmlPage {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_html();
    }
}
