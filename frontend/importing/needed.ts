// Which files of an export kith reads: the twin of src/kith/core/exports/needed.py, which says why. A test holds them together.

const STEMS = new Set([
  "followers",
  "following",
  "pending_follow_requests",
  "recent_follow_requests",
  "permanent_follow_requests",
  "follow_requests_youve_received",
  "recently_unfollowed_profiles",
  "recently_unfollowed_accounts",
  "recently_unfollowed",
  "close_friends",
  "profiles_youve_favorited",
  "accounts_youve_favorited",
  "blocked_profiles",
  "blocked_accounts",
  "restricted_profiles",
  "restricted_accounts",
  "hide_story_from",
  "removed_suggestions",
  "personal_information",
]);
const BEFORE_2021 = new Set(["connections.json", "profile.json"]);
const OTHER_PRODUCTS = new Set(["threads", "friends_and_followers"]);
const FILE = /^(.+?)(?: ?\(\d{1,3}\)| copy(?: \d{1,3})?|-\d{1,3})?\.(json|html|txt)$/;
const PART = /^(followers|following)_\d{1,5}$/;
const APOSTROPHE = /you[^a-z0-9]{0,3}ve_/g;

export function isNeeded(memberPath: string): boolean {
  const folders = memberPath.replaceAll("\\", "/").toLowerCase().split("/");
  const file = folders.pop() ?? "";
  const folder = folders.at(-1) ?? "";
  if (file.startsWith("._") || folders.includes("__macosx") || OTHER_PRODUCTS.has(folder)) return false;
  const [, name = "", format = ""] = FILE.exec(file) ?? [];
  const stem = name.replace(APOSTROPHE, "youve_");
  if (format === "txt") return stem === "no-data" && folder === "followers_and_following";
  return format !== "" && (STEMS.has(stem) || PART.test(stem) || BEFORE_2021.has(`${stem}.${format}`));
}
