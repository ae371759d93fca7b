window.__ENV__ = { BACKEND_URL: "/api" };
