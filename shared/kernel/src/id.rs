//! Typed ids: a UUIDv7 behind a prefix, `run_0198...`, parsed at the edge and trusted afterwards.

/// The text given is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that starts with `{expected}_`")]
pub struct ParseIdError {
    /// The prefix that was expected.
    pub expected: &'static str,
}

/// Defines an id type: `id!(RunId, "run", "One execution.")`.
///
/// The type displays and serializes as `<prefix>_<uuid>` and parses only that form.
#[macro_export]
macro_rules! id {
    ($name:ident, $prefix:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name($crate::rt::uuid::Uuid);

        impl $name {
            /// A new id whose order follows `now` (RFC 9562, version 7).
            #[must_use]
            pub fn new(now: $crate::rt::chrono::DateTime<$crate::rt::chrono::Utc>) -> Self {
                let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
                let timestamp =
                    $crate::rt::uuid::Timestamp::from_unix($crate::rt::uuid::NoContext, seconds, now.timestamp_subsec_nanos());
                Self($crate::rt::uuid::Uuid::new_v7(timestamp))
            }

            /// The bare UUID.
            #[must_use]
            pub const fn uuid(self) -> $crate::rt::uuid::Uuid {
                self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.hyphenated())
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let bad = $crate::ParseIdError { expected: $prefix };
                let uuid = text.strip_prefix(concat!($prefix, "_")).filter(|rest| rest.len() == 36).ok_or_else(|| bad.clone())?;
                $crate::rt::uuid::Uuid::try_parse(uuid).map(Self).map_err(|_| bad)
            }
        }

        impl $crate::rt::serde::Serialize for $name {
            fn serialize<S: $crate::rt::serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> $crate::rt::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::rt::serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as $crate::rt::serde::Deserialize>::deserialize(d)?;
                text.parse().map_err($crate::rt::serde::de::Error::custom)
            }
        }

        impl $crate::rt::utoipa::PartialSchema for $name {
            fn schema() -> $crate::rt::utoipa::openapi::RefOr<$crate::rt::utoipa::openapi::schema::Schema> {
                $crate::rt::utoipa::openapi::ObjectBuilder::new()
                    .schema_type($crate::rt::utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-f-]{36}$")))
                    .into()
            }
        }

        impl $crate::rt::utoipa::ToSchema for $name {}
    };
}

id!(AccountId, "acc", "A person or a service identity.");
id!(OrganizationId, "org", "An organization.");
id!(WorkspaceId, "ws", "A workspace inside an organization.");

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};

    #[test]
    fn an_id_reads_back_what_it_writes_and_nothing_else() {
        let id = WorkspaceId::new(Utc.timestamp_opt(1_800_000_000, 0).unwrap());
        assert_eq!(id.to_string().parse::<WorkspaceId>(), Ok(id));
        assert!(id.to_string().parse::<AccountId>().is_err());
        assert!("ws_".parse::<WorkspaceId>().is_err());
        assert!(format!("ws_{}", id.uuid().simple()).parse::<WorkspaceId>().is_err());
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let at = |s| AccountId::new(Utc.timestamp_opt(s, 0).unwrap());
        assert!(at(1_800_000_000) < at(1_800_000_001));
    }
}
