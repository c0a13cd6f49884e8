#!/usr/bin/env python3
"""python3 verify.py EXPORT [HEADS]: checks the chains of an export of Moniker (see verification.md)."""
import hashlib, json, sys
quoted = json.JSONEncoder(ensure_ascii=False).encode  # texts, null, true, false: as in RFC 8785
def number(x):  # as ECMAScript writes it: RFC 8785, 3.2.2.3
    if x != x or x in (float("inf"), float("-inf")): raise ValueError("is no number of JSON")
    if x == 0: return "0"
    mantissa, _, exponent = repr(abs(x)).partition("e")  # the shortest that reads back, as in ECMAScript
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21: text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21: text = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0: text = "0." + "0" * -point + digits
    else: text = digits[0] + ("." + digits[1:] if digits[1:] else "") + "e%+d" % (point - 1)
    return ("-" if x < 0 else "") + text

def canonical(value):  # RFC 8785
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(k) + ":" + canonical(v) for k, v in members) + "}"
    if isinstance(value, list): return "[" + ",".join(map(canonical, value)) + "]"
    return number(value) if isinstance(value, float) else quoted(value)

def members(pairs):
    if len(dict(pairs)) < len(pairs): raise ValueError("has a member twice")
    return dict(pairs)

def problem(where, what):
    global problems
    problems += 1
    print(f"{where}: {what}")

heads, kept, problems, events = {}, {}, 0, 0
for line in open(sys.argv[2], encoding="utf-8") if len(sys.argv) > 2 else []:
    chain, revision, stream = line.split()
    kept[stream] = (int(revision), chain)
for count, line in enumerate(open(sys.argv[1], "rb"), 1):
    where = f"line {count}"
    try:
        event = json.loads(line.decode("utf-8"), parse_int=float, object_pairs_hook=members)
        chain, stream, revision = event.pop("chain"), event["stream"], int(number(event["revision"]))
        known, previous = heads.get(stream, (-1, "0" * 64))
        if set(event) != {"stream", "revision", "id", "type", "data", "metadata"}: raise ValueError("has other members")
        hashed = hashlib.sha256((previous + "\n" + canonical(event)).encode("utf-8")).hexdigest()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        problem(where, f"is not the line of an event ({fault})")
        continue
    events += 1
    if revision != known + 1: problem(where, f"revision {revision} of {stream} follows {known}")
    elif hashed != chain: problem(where, f"the chain of revision {revision} of {stream} does not follow")
    if kept.get(stream, ("",))[0] == revision and kept[stream][1] != chain: problem(where, "is not the head kept")
    heads[stream] = (revision, chain)
for stream, (revision, _) in kept.items():
    if heads.get(stream, (-1, ""))[0] < revision: problem(stream, f"ends before {revision}, whose chain was kept")
print(f"{'NOT WHOLE' if problems else 'whole'}: {events} events of {len(heads)} streams")
sys.exit(1 if problems else 0)
