urlpatterns: list[object] = []
app_name = "newsletter"
