"""usual.py PDF FROM TO: the message as most scripts make it, with Python's email package, on standard output."""

import sys
from email.message import EmailMessage

message = EmailMessage()
message["From"], message["To"], message["Subject"] = sys.argv[2], sys.argv[3], "Scanned document"
message.set_content("A scanned document is attached.\n")
with open(sys.argv[1], "rb") as file:
    message.add_attachment(file.read(), maintype="application", subtype="pdf", filename="scan.pdf")
sys.stdout.buffer.write(message.as_bytes())
