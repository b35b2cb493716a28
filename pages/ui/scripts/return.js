// Back from the sign-in, to the address that waits in a cookie: a page of this dashboard, and nothing else.
(() => {
  const kept = document.cookie.split("; ").find((each) => each.startsWith("twinwing_return="));
  document.cookie = "twinwing_return=; path=/; max-age=0; SameSite=Lax";
  const asked = kept ? decodeURIComponent(kept.slice(kept.indexOf("=") + 1)) : "/";
  if (/^\/[A-Za-z_]+(\?|$)/.test(asked) && location.pathname === "/") location.replace(asked);
})();
