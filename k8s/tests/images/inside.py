"""Asks the hub from inside its container, with the image's own Python: `inside.py METHOD URL TOKEN ACCEPT BODY`. Prints
the status on the first line, the answer on the rest."""

import sys
import urllib.error
import urllib.request

method, url, token, kind, body = sys.argv[1:6]
headers = {"Accept": kind} | ({"Authorization": "Bearer " + token} if token else {})
if body:
    headers["Content-Type"] = "application/json"
request = urllib.request.Request(url, body.encode() or None, headers, method=method)
try:
    answer = urllib.request.urlopen(request, timeout=20)
except urllib.error.HTTPError as problem:
    answer = problem
print(answer.status)
print(answer.read().decode())
