// The sign-in's provider sends everyone back to the first page: the address that was asked for waits in a cookie.
document.cookie = `twinwing_return=${encodeURIComponent(location.pathname + location.search)}; path=/; max-age=900; SameSite=Lax`;
