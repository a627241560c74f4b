import json

from django.conf import settings
from django.http import Http404, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from participation import bounces


@csrf_exempt  # a mail gateway has no session; the token is the proof
@require_POST
def report(request):
    """A mail that came back, as it is (message/rfc822), or what the gateway has read in it."""
    if not settings.BOUNCE_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not constant_time_compare(given.encode(), settings.BOUNCE_TOKEN.encode()):
        return JsonResponse({"problem": "The token is not right."}, status=403)
    try:
        reports = read(request)
    except ValueError as problem:
        return JsonResponse({"problem": str(problem)}, status=400)
    return JsonResponse({"read": len(reports), "stopped": sum(map(bounces.take_in, reports))})


def read(request):
    if request.content_type != "application/json":
        return bounces.reports_in(bounces.parse(request.body))
    try:
        rows = json.loads(request.body)
    except (ValueError, RecursionError) as problem:
        raise ValueError("This is not JSON.") from problem
    rows = rows if isinstance(rows, list) else [rows]
    names = ("email", "status", "message_id")
    if not all(isinstance(row, dict) for row in rows) or not all(
        isinstance(row.get(name), str) for row in rows for name in names
    ):
        raise ValueError("Each row has email, status and message_id, as text.")
    return [
        bounces.Report(row["email"], "failed", row["status"], row["message_id"]) for row in rows
    ]
