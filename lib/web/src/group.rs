use app::Platform;
use axum::Router;
use gateways::settings::SettingError;

/// An endpoint group's routes: what one Lambda function serves.
pub type Group = fn(&Platform) -> Result<Router, SettingError>;

/// What [`face!`](crate::face!) names in the crate that uses it.
#[doc(hidden)]
pub mod parts {
    pub use app::Platform;
    pub use axum::Router;
    pub use domain::Product;
    pub use gateways::settings::SettingError;
}

/// A product's face: its groups, each a module with `router` and `routes`, and what is common to all of them.
///
/// Written out by the macro rather than kept in a list, so that a function links its own group and no other. A face that
/// does something to every answer names a layer, `dressed_by`.
#[macro_export]
macro_rules! face {
    ($product:expr, [$($group:ident),+ $(,)?]) => {
        $crate::face!($product, dressed_by |routes, _| routes, [$($group),+]);
    };
    ($product:expr, dressed_by $dress:expr, [$($group:ident),+ $(,)?]) => {
        /// The product.
        pub const PRODUCT: $crate::group_parts::Product = $product;

        /// The face's common part.
        pub(crate) fn face(
            platform: &$crate::group_parts::Platform,
        ) -> Result<$crate::Face, $crate::group_parts::SettingError> {
            $crate::Face::new(PRODUCT, platform)
        }

        /// Routes with what only this face does to answers.
        fn dressed(
            routes: $crate::group_parts::Router,
            platform: &$crate::group_parts::Platform,
        ) -> $crate::group_parts::Router {
            let dress: fn($crate::group_parts::Router, &$crate::group_parts::Platform) -> $crate::group_parts::Router = $dress;
            dress(routes, platform)
        }

        /// Every route of the face, as the local server mounts it.
        pub fn router(
            platform: &$crate::group_parts::Platform,
        ) -> Result<$crate::group_parts::Router, $crate::group_parts::SettingError> {
            Ok(dressed($crate::group_parts::Router::new()$(.merge($group::router(platform)?))+, platform))
        }

        /// Adds every operation of the face to its document.
        pub fn describe(document: $crate::openapi::Document) -> $crate::openapi::Document {
            $(let document = $group::routes(document.group(stringify!($group)));)+
            document
        }

        /// One group as its Lambda function serves it.
        pub fn serve(
            group: $crate::Group,
            platform: &$crate::group_parts::Platform,
        ) -> Result<$crate::Served, $crate::group_parts::SettingError> {
            let routes = dressed(group(platform)?, platform);
            Ok($crate::serve(routes, platform.clock.clone(), $crate::ErrorStyle::of(PRODUCT)))
        }

        /// Runs one group as a Lambda function.
        pub async fn run(group: $crate::Group) -> Result<(), $crate::lambda::Error> {
            $crate::logging::init_json();
            $crate::lambda::run(move |platform| serve(group, platform)).await
        }
    };
}
