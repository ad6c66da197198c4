from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0008_desk")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="outlet_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(condition=~Q(outlet_key=""), fields=["outlet_key"], name="grant_of_outlet"),
        ),
    ]
