from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("status", "0001_visits")]
    operations = [
        migrations.AddField("Visit", "release", models.CharField(default="", max_length=100)),
    ]
