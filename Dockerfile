FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR=/var/lib/decide
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
# Nothing secret goes into the image: these two only let the settings load.
RUN SECURE=1 SECRET_KEY=for-building-only DOCUMENT_KEYS=1:for-building-only \
    sh -c "python manage.py messages --compile && python manage.py collectstatic --noinput" \
 && useradd --system --home-dir /var/lib/decide decide \
 && cd /var/lib/decide && install --directory --owner decide . media private beat
USER decide

EXPOSE 8000
CMD ["gunicorn", "decide.wsgi"]
