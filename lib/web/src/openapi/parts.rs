use super::Operation;
use crate::{Answer, Body, BodyOf, Caller, Complete, HtmlPage, Listed, MaybeCaller, PageQuery, PathId, Query, RoleRule, Visitor};
use axum::{Json, body::Bytes, extract::State};
use http::HeaderMap;
use utoipa::ToSchema;

/// An argument of a handler: what it means for the caller.
pub trait Part {
    /// Adds it to the operation.
    fn describe(operation: &mut Operation);
}

/// What a handler answers.
pub trait Reply {
    /// Adds it to the operation.
    fn describe(operation: &mut Operation);
}

/// A handler whose signature describes its operation.
pub trait Described<T> {
    /// Describes arguments and answer.
    fn describe(operation: &mut Operation);
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
            fn describe(operation: &mut Operation) {
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

// What a caller neither sees nor sends as such.
impl<T> Part for State<T> {
    fn describe(_: &mut Operation) {}
}

impl Part for Visitor {
    fn describe(_: &mut Operation) {}
}

impl Part for HeaderMap {
    fn describe(_: &mut Operation) {}
}

impl<R: RoleRule> Part for Caller<R> {
    fn describe(operation: &mut Operation) {
        operation.for_roles(R::ROLES);
    }
}

impl Part for MaybeCaller {
    fn describe(operation: &mut Operation) {
        operation.for_visitors_too();
    }
}

impl<T: ToSchema> Part for PathId<T> {
    fn describe(operation: &mut Operation) {
        operation.path_id::<T>();
    }
}

impl<T: ToSchema> Part for Query<T> {
    fn describe(operation: &mut Operation) {
        operation.query::<T>();
    }
}

impl Part for PageQuery {
    fn describe(operation: &mut Operation) {
        operation.pages();
    }
}

impl<T: ToSchema> Part for Body<T> {
    fn describe(operation: &mut Operation) {
        operation.json_body(&[Operation::asked::<T>]);
    }
}

impl<A: ToSchema, B: ToSchema> Part for BodyOf<A, B> {
    fn describe(operation: &mut Operation) {
        operation.json_body(&[Operation::asked::<A>, Operation::asked::<B>]);
    }
}

impl Part for Bytes {
    fn describe(operation: &mut Operation) {
        operation.raw_body();
    }
}

impl<T: Reply> Reply for Answer<T> {
    fn describe(operation: &mut Operation) {
        T::describe(operation);
    }
}

impl<T: ToSchema> Reply for Json<T> {
    fn describe(operation: &mut Operation) {
        operation.answers::<T>();
    }
}

impl<T: ToSchema> Reply for Listed<T> {
    fn describe(operation: &mut Operation) {
        operation.answers_page_of_list::<T>();
    }
}

impl<T: ToSchema> Reply for Complete<T> {
    fn describe(operation: &mut Operation) {
        operation.answers_list::<T>();
    }
}

impl Reply for HtmlPage {
    fn describe(operation: &mut Operation) {
        operation.answers_html();
    }
}
