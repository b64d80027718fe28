from django.db import migrations, models


def add_notice(apps, schema_editor):
    apps.get_model("status", "Notice").objects.create(text="This database was made by migrations.")


class Migration(migrations.Migration):
    dependencies = [("status", "0002_release_of_visits")]
    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RunPython(add_notice, migrations.RunPython.noop),
    ]
